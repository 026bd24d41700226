package dev.freehold.agent.run;

import dev.freehold.agent.journal.Decision;
import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Killing;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.run.ScriptedBackend.Turn;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.EditTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ReadTool;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.WriteTool;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A run of ten calls, and the processes that work on it.
final class TenCalls {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

  private TenCalls() {}

  /// Appends a line, not by writing the file anew: doing it twice shows.
  private static final class AppendTool implements AgentTool {
    private final Killing.Fate fate;

    AppendTool(Killing.Fate fate) {
      this.fate = fate;
    }

    @Override
    public Tool definition() {
      return new Tool("append", "appends", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return new Effect(
          Effect.Reach.WORKSPACE, Effect.Subject.path(arguments.path("path").asString("")), "");
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      Path file = context.workspace().resolve(arguments.path("path").asString(""));
      try {
        for (String half : List.of("first half, ", "second half\n")) {
          if (fate.ends("within append")) {
            throw new Killing.Killed("within append");
          }
          Files.writeString(file, half, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      return ToolOutcome.of("appended");
    }
  }

  /// Sends letters to a post office that knows their keys, as good services do.
  private static final class PostTool implements AgentTool {
    private final Path office;
    private final Killing.Fate fate;

    PostTool(Path office, Killing.Fate fate) {
      this.office = office;
      this.fate = fate;
    }

    @Override
    public Tool definition() {
      return new Tool("post", "sends", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return new Effect(
          Effect.Reach.OUTSIDE_WITH_KEY,
          Effect.Subject.other(arguments.path("to").asString("")),
          "a letter");
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      kill("before post");
      String text = arguments.toString();
      Path letter = office.resolve(context.idempotencyKey());
      try {
        Files.createDirectories(office);
        if (!Files.exists(letter)) {
          Path draft = Files.writeString(office.resolveSibling("draft"), text);
          Files.move(draft, letter, StandardCopyOption.ATOMIC_MOVE); // whole, or not posted
        } else if (!Files.readString(letter).equals(text)) {
          throw new ToolException("another letter has this key");
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      kill("after post");
      return ToolOutcome.of("sent");
    }

    private void kill(String place) {
      if (fate.ends(place)) {
        throw new Killing.Killed(place);
      }
    }
  }

  private static ScriptedBackend script() {
    return new ScriptedBackend(
        Turn.call("append", "{\"path\":\"log\"}"),
        Turn.call("edit", "{\"path\":\"a.txt\",\"old\":\"one\",\"new\":\"1\"}"),
        Turn.call("post", "{\"to\":\"Anna\"}"),
        Turn.call("append", "{\"path\":\"log\"}"),
        Turn.call("read", "{\"path\":\"a.txt\"}"),
        Turn.call("write", "{\"path\":\"new/b.txt\",\"content\":\"b\\n\"}"),
        Turn.call("post", "{\"to\":\"Bert\"}"),
        Turn.call("edit", "{\"path\":\"a.txt\",\"old\":\"two\",\"new\":\"2\"}"),
        Turn.call("append", "{\"path\":\"log\"}"),
        Turn.call("edit", "{\"path\":\"a.txt\",\"old\":\"nothing\",\"new\":\"2\"}"),
        Turn.say("all done"));
  }

  private static AgentSettings settings() {
    return new AgentSettings(
        "m",
        "be good",
        List.of(),
        AgentSettings.CallForm.TOOLS,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Sampling.greedy());
  }

  /// One process: begins the run or goes on with it, until it ends, waits or is killed.
  ///
  /// @return how it ended; empty where it was killed
  static Optional<Ending> process(Path place, Path source, Killing.Fate fate) {
    Journal journal =
        Killing.open(place.resolve("j.sqlite"), () -> NOW, new SplittableRandom(5), fate);
    OpenRun run = null;
    try {
      boolean isNew = journal.runs(1).isEmpty();
      run =
          isNew
              ? journal.begin(new NewRun(AgentRun.KIND, "t", settings().asJson()))
              : journal.resume(journal.runs(1).getFirst().id());
      Path kept = place.resolve("w");
      Workspace workspace =
          Files.exists(kept.resolve("workspace.json"))
              ? Workspace.open(kept, WorkspaceLimits.DEFAULT, path -> false)
              : Workspace.create(
                  kept,
                  new Workspace.Origin(source, List.of(), path -> false),
                  WorkspaceLimits.DEFAULT);
      AgentParts parts =
          new AgentParts(
              script(),
              List.of(
                  new AppendTool(fate),
                  new PostTool(place.resolve("office"), fate),
                  new ReadTool(),
                  new EditTool(path -> false),
                  new WriteTool(path -> false)),
              workspace,
              new Permissions(
                  List.of(
                      new Rule(Verdict.ALLOW, "edit", "*"),
                      new Rule(Verdict.ALLOW, "append", "*"),
                      new Rule(Verdict.ALLOW, "write", "*"))),
              Approver.LATER,
              Pricing.NONE);
      AtomicInteger said = new AtomicInteger(run.steps().isEmpty() ? 0 : 1);
      Steering task =
          () -> said.getAndIncrement() == 0 ? Optional.of("do it all") : Optional.empty();
      return Optional.of(
          new AgentRun(run, settings(), parts, Budget.DEFAULT, RunListener.NONE, new Stop())
              .work(task));
    } catch (Killing.Killed end) {
      return Optional.empty();
    } finally {
      if (run != null) {
        run.close(); // as the system takes a lock back
      }
      journal.close();
    }
  }

  /// A colleague, in a process of their own, gives leave to what waits, days later.
  static void approveAll(Path place) {
    try (Journal journal =
        Journal.open(place.resolve("j.sqlite"), () -> NOW.plusSeconds(300_000), new Random(1))) {
      for (Step step : journal.pendingApprovals()) {
        journal.decide(step.run(), step.call().key(), step.digest(), Decision.allow("a colleague"));
      }
    }
  }

  /// One process in earnest: works on the run, and says each place that it comes to.
  public static void main(String[] arguments) throws IOException {
    Path place = Path.of(arguments[0]);
    Files.createDirectories(place);
    Optional<Ending> ending =
        process(
            place,
            Path.of(arguments[1]),
            reached -> {
              System.out.println("place " + reached);
              System.out.flush();
              return false;
            });
    System.out.println("end " + ending.orElseThrow().kind());
  }
}
