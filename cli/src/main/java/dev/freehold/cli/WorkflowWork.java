package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.workflow.ActionSettings;
import dev.freehold.agent.workflow.ApprovalLinks;
import dev.freehold.agent.workflow.FolderAction;
import dev.freehold.agent.workflow.LinkKey;
import dev.freehold.agent.workflow.PostAction;
import dev.freehold.agent.workflow.ReplyCheck;
import dev.freehold.agent.workflow.RunEnd;
import dev.freehold.agent.workflow.Workflow;
import dev.freehold.agent.workflow.WorkflowAction;
import dev.freehold.agent.workflow.WorkflowListener;
import dev.freehold.agent.workflow.WorkflowParts;
import dev.freehold.agent.workflow.WorkflowRunner;
import dev.freehold.eval.EvalException;
import dev.freehold.eval.judge.Judgement;
import dev.freehold.eval.judge.SchemaCheck;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Workflows at work, with the models, agents and actions of this machine.
final class WorkflowWork implements AutoCloseable {
  /// Where `workflow serve` listens unless it is told otherwise.
  static final int USUAL_PORT = 9932;

  static final String USUAL_SERVER = "http://127.0.0.1:" + USUAL_PORT;

  private static final Duration LINKS_LAST = Duration.ofDays(7);
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(15);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final Surroundings surroundings;
  private final Journal journal;
  private final WorkflowModels models;
  private final WorkflowTools tools;
  private final WorkflowDocuments documents;
  private final WorkflowAgents agents;
  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final ApprovalLinks links;
  private final WorkflowRunner runner;

  /// @param server the address that approval links begin with, when one is made
  WorkflowWork(Surroundings surroundings, WorkflowOptions options, Supplier<String> server) {
    this.surroundings = surroundings;
    this.journal = AgentPlaces.journal(surroundings);
    this.models = options.models(surroundings);
    this.tools = new WorkflowTools(surroundings);
    this.documents = new WorkflowDocuments(surroundings);
    this.agents = new WorkflowAgents(surroundings, journal, options, tools);
    this.links = links(surroundings, AgentPlaces.folder(surroundings), server);
    this.runner = new WorkflowRunner(journal, this::parts, surroundings.clock(), new Told());
  }

  /// @param folder where the key of links lies
  /// @param server the address that they begin with
  static ApprovalLinks links(Surroundings surroundings, Path folder, Supplier<String> server) {
    Path key = folder.resolve("approval-links.key");
    return new ApprovalLinks(
        LinkKey.open(key, new SecureRandom()), server, LINKS_LAST, surroundings.clock());
  }

  Journal journal() {
    return journal;
  }

  ApprovalLinks links() {
    return links;
  }

  WorkflowRunner runner() {
    return runner;
  }

  /// Tells on standard error.
  private final class Told implements WorkflowListener {
    @Override
    public void done(String key, String kind) {
      surroundings.err().println("  %s (%s)".formatted(Failure.printable(key), kind));
    }

    @Override
    public void failed(String key, String why) {
      surroundings
          .err()
          .println("  %s failed: %s".formatted(Failure.printable(key), Failure.printable(why)));
    }

    @Override
    public void note(String text) {
      surroundings.err().println("note: " + Failure.printable(text));
    }
  }

  /// What a workflow works with here.
  WorkflowParts parts(Workflow workflow) {
    Map<String, WorkflowAction> actions = new HashMap<>();
    workflow.actions().forEach((name, settings) -> actions.put(name, action(workflow, settings)));
    return WorkflowParts.of(models)
        .withAgents(agents)
        .withTools(tools.of(workflow))
        .withDocuments(documents)
        .withActions(actions)
        .withCheck(check())
        .withLinks(links);
  }

  private WorkflowAction action(Workflow workflow, ActionSettings settings) {
    return switch (settings) {
      case ActionSettings.Folder folder -> {
        Path file = Path.of(workflow.file()).toAbsolutePath();
        yield new FolderAction(file.resolveSibling(folder.folder()));
      }
      case ActionSettings.Post post -> new PostAction(post, client, authorization(post));
    };
  }

  private Optional<String> authorization(ActionSettings.Post post) {
    String variable = post.authorizationFrom();
    if (variable.isEmpty()) {
      return Optional.empty();
    }
    String value = surroundings.environment().getOrDefault(variable, "");
    if (!value.matches("[ -~]+")) {
      throw new CliException(
          Exit.FAILURE,
          "%s: the environment variable %s holds nothing that can be sent as Authorization"
              .formatted(post.address(), variable),
          "Set it, as \"Bearer KEY\".");
    }
    return Optional.of(value);
  }

  private static ReplyCheck check() {
    return (schema, answer) -> {
      try {
        Judgement judgement = SchemaCheck.of(schema).judge(answer);
        return judgement.verdict() == Judgement.Verdict.RIGHT
            ? Optional.empty()
            : Optional.of(judgement.reason());
      } catch (EvalException unusable) {
        return Optional.of(String.valueOf(unusable.getMessage()));
      }
    };
  }

  /// Goes on with a run that waits for nothing but a time that comes soon.
  RunEnd withTimers(RunEnd end) throws InterruptedException {
    RunEnd last = end;
    while (last.kind() == RunEnd.Kind.WAITS && isOnlyTime(last)) {
      Instant due = last.due().orElseThrow();
      Duration left = Duration.between(surroundings.clock().instant(), due);
      if (left.compareTo(LONGEST_SLEEP) > 0) {
        return last;
      }
      if (left.isPositive()) {
        surroundings.err().println("  waiting until " + time(due));
        Thread.sleep(left);
      }
      last = runner.resume(last.run());
    }
    return last;
  }

  private String time(Instant time) {
    return TIME.format(time.atZone(surroundings.clock().getZone()));
  }

  private boolean isOnlyTime(RunEnd end) {
    return end.due().isPresent()
        && end.awaited().stream()
            .allMatch(one ->
                journal.step(one.run(), one.step()).filter(s -> s.due().isPresent()).isPresent());
  }

  /// Tells how a run ended: what it came to on standard output, all else beside it.
  Exit report(RunEnd end) {
    String run = end.run();
    switch (end.kind()) {
      case DONE -> {
        surroundings.err().println("run %s: done".formatted(run));
        if (!end.output().isNull()) {
          surroundings.out().println(TerminalStreams.safe(end.output().toPrettyString()));
        }
        return Exit.OK;
      }
      case WAITS -> {
        if (isOnlyTime(end)) {
          String due = time(end.due().orElseThrow());
          surroundings.err().println("run %s waits until %s".formatted(run, due));
          surroundings
              .err()
              .println("then: freehold workflow resume %s; or workflow serve".formatted(run));
          return Exit.AGENT_WAITS;
        }
        surroundings.err().println("run %s waits:".formatted(run));
        for (RunEnd.Awaited one : end.awaited()) {
          surroundings
              .err()
              .println(
                  "  %s %s  %s".formatted(one.run(), one.step(), Failure.printable(one.text())));
        }
        surroundings
            .err()
            .println(
                "freehold workflow show %1$s; approve, edit or skip %1$s; or workflow serve"
                    .formatted(run));
        return Exit.AGENT_WAITS;
      }
      case FAILED ->
          throw new CliException(
              Exit.FAILURE,
              "run %s: %s".formatted(run, end.text()),
              "When the cause is gone: freehold workflow resume " + run);
    }
    throw new IllegalStateException("unknown end of a run");
  }

  @Override
  public void close() {
    agents.close();
    tools.close();
    documents.close();
    models.close();
    journal.close();
  }
}
