package dev.freehold.agent.tool;

import dev.freehold.agent.sandbox.Command;
import dev.freehold.agent.sandbox.Limits;
import dev.freehold.agent.sandbox.Outcome;
import dev.freehold.agent.sandbox.Sandbox;
import dev.freehold.agent.sandbox.SandboxException;
import dev.freehold.chat.Tool;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Runs a line of shell in the workspace, confined.
public final class BashTool implements AgentTool {
  private static final int MAX_TEXT = 24_000;
  private static final int MAX_LINE = 32_000;
  private static final int MOST_SECONDS = 1_800;

  private static final int SHOWN_HOSTS = 20;

  /// The member of a result's details that names the allowed hosts that were asked for.
  public static final String ASKED = "asked";

  private final Sandbox sandbox;
  private final Limits limits;
  private final List<String> hosts;

  /// Without network.
  ///
  /// @param limits of a command that says nothing of its time
  public BashTool(Sandbox sandbox, Limits limits) {
    this(sandbox, limits, List.of());
  }

  /// @param limits of a command that says nothing of its time
  /// @param hosts that commands may reach, by the rules of [dev.freehold.agent.sandbox.Reach]
  public BashTool(Sandbox sandbox, Limits limits, List<String> hosts) {
    this.sandbox = sandbox;
    this.limits = limits;
    this.hosts = List.copyOf(hosts);
  }

  @Override
  public Tool definition() {
    return new Tool(
        "bash",
        "Runs a command in the workspace. Nothing of it goes on afterwards." + network(),
        Arguments.schema(
            "command",
            "string",
            "line of shell",
            "seconds?",
            "integer",
            "time limit, default " + limits.time().toSeconds()));
  }

  private String network() {
    return hosts.isEmpty()
        ? ""
        : " Of the network it reaches only these hosts, by HTTPS (http: GET only), through the"
            + " proxy in https_proxy; Java needs -Dhttps.proxyHost=127.0.0.1"
            + " -Dhttps.proxyPort=3128: "
            + shown()
            + ".";
  }

  private String shown() {
    String some = String.join(", ", hosts.subList(0, Math.min(SHOWN_HOSTS, hosts.size())));
    int more = hosts.size() - SHOWN_HOSTS;
    return more > 0 ? some + " and %d more".formatted(more) : some;
  }

  @Override
  public Effect effect(JsonNode arguments, ToolContext context) {
    Arguments.requireKnown(arguments, List.of("command", "seconds"));
    String line = line(arguments);
    time(arguments);
    return hosts.isEmpty()
        ? new Effect(Effect.Reach.WORKSPACE, Effect.Subject.command(line), "")
        : new Effect(
            Effect.Reach.WORKSPACE_AND_OUTSIDE,
            Effect.Subject.command(line),
            "It may talk to %s, and send there what is in the workspace.".formatted(shown()),
            hosts);
  }

  private static String line(JsonNode arguments) {
    String line = Arguments.text(arguments, "command").strip();
    if (line.isEmpty() || line.length() > MAX_LINE || line.indexOf('\0') >= 0) {
      throw new ToolException(
          "\"command\": expected a line of shell of at most %,d characters".formatted(MAX_LINE));
    }
    return line;
  }

  private Duration time(JsonNode arguments) {
    int seconds = Arguments.number(arguments, "seconds").orElse((int) limits.time().toSeconds());
    if (seconds > MOST_SECONDS) {
      throw new ToolException("\"seconds\": at most %d".formatted(MOST_SECONDS));
    }
    return Duration.ofSeconds(seconds);
  }

  @Override
  public ToolOutcome run(JsonNode arguments, ToolContext context) {
    Duration time = time(arguments);
    // As leave was given, and as it is allowed now.
    List<String> reached = context.hosts().stream().filter(hosts::contains).toList();
    Outcome outcome;
    try {
      outcome =
          sandbox
              .reaching(reached)
              .run(
                  Command.shell(line(arguments), context.workspace(), limits.withTime(time)),
                  context.cancellation());
    } catch (SandboxException failure) {
      throw new ToolException("it was not run: " + failure.getMessage(), failure);
    }
    String output = Excerpt.of(outcome.output(), MAX_TEXT);
    String end =
        switch (outcome.ending()) {
          case EXITED -> outcome.exit() == 0 ? "" : "exit code " + outcome.exit();
          case TIMED_OUT -> "stopped after %d s, its time limit".formatted(time.toSeconds());
          case CANCELLED -> "stopped by the person";
          case MEMORY -> "stopped: it took more memory than it may";
          case PROCESSES -> "stopped: it had more processes than it may";
          case DISK -> "stopped: it filled the disk further than it may";
        };
    boolean isError = outcome.ending() != Outcome.Ending.EXITED || outcome.exit() != 0;
    if (output.isBlank()) {
      return new ToolOutcome(
          end.isEmpty() ? "(done, no output)" : "(no output) " + end, isError, details(outcome));
    }
    String text = end.isEmpty() ? output : output.stripTrailing() + "\n[" + end + "]";
    return new ToolOutcome(text, isError, details(outcome));
  }

  private JsonNode details(Outcome outcome) {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("exit", outcome.exit()).put("ending", outcome.ending().name());
    if (!hosts.isEmpty()) {
      ArrayNode asked = details.putArray(ASKED);
      outcome.asked().forEach(asked::add);
    }
    return details;
  }
}
