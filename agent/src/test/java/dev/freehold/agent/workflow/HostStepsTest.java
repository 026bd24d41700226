package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.Step;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.run.AllowedReach;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.WriteTool;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import dev.freehold.chat.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Steps of workflows whose tool changes files and may talk to hosts.
class HostStepsTest {
  @TempDir private Path folder;
  private Path source = Path.of("unset");
  private final List<String> reached = new ArrayList<>();
  private List<String> allowed = List.of("a.example");
  private boolean isRefused;
  private boolean isKilled;

  @BeforeEach
  void makeSource() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    Files.writeString(source.resolve("log"), "start\n");
  }

  /// The end of a process.
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Appends a line and talks to a host, as a command may.
  private final class Fetch implements AgentTool {
    @Override
    public Tool definition() {
      return new Tool("fetch", "does", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return new Effect(
          Effect.Reach.WORKSPACE_AND_OUTSIDE, Effect.Subject.other("fetch"), "", allowed);
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      try {
        Files.writeString(
            context.workspace().resolve("log"), "fetched.\n", StandardOpenOption.APPEND);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      if (isKilled) {
        throw new Killed();
      }
      reached.addAll(context.hosts());
      ObjectNode details = JsonNodeFactory.instance.objectNode();
      ArrayNode asked = details.putArray("asked");
      if (arguments.path("asks").asBoolean(true)) {
        context.hosts().forEach(asked::add);
      }
      ToolOutcome outcome = isRefused ? ToolOutcome.error("exit code 1") : ToolOutcome.of("ok");
      return outcome.withDetails(details);
    }
  }

  private final class Here implements StepTools {
    @Override
    public List<AgentTool> tools() {
      return List.of(new Fetch(), new WriteTool(path -> false));
    }

    @Override
    public Permissions permissions() {
      return new Permissions(List.of());
    }

    @Override
    public Snapshots create(String run) {
      return Workspace.create(
          folder.resolve("w" + run),
          new Workspace.Origin(source, List.of(), path -> false),
          WorkspaceLimits.DEFAULT);
    }

    @Override
    public Snapshots open(String run) {
      return Workspace.open(folder.resolve("w" + run), WorkspaceLimits.DEFAULT, path -> false);
    }
  }

  private Bench bench() {
    Bench bench =
        new Bench(folder, new Script(prompt -> prompt), at -> {}, new SplittableRandom(3));
    return bench.with(parts -> parts.withTools(new Here()));
  }

  private Path file(String run, String name) {
    return folder.resolve("w" + run).resolve("files").resolve(name);
  }

  private static final String FETCH_AND_WRITE =
      """
      workflow: w
      steps:
      - id: each
        for-each:
          in: ["fetch", "write"]
          as: name
          at-once: 1
          steps:
            - id: do
              tool: {name: fetch, arguments: {}, allow: true}
              when: {value: "{{ name }}", is: fetch}
            - id: add
              tool: {name: write, arguments: {path: added, content: x}, allow: true}
              when: {value: "{{ name }}", is: write}
      """;
  private static final String KEY = "each/0/do";

  /// The run whose call with hosts was killed.
  private String killedFetch(Bench bench) {
    isKilled = true;
    try {
      RunEnd unused = bench.run(FETCH_AND_WRITE, "{}");
    } catch (Killed killed) {
      isKilled = false;
    }
    return bench.journal.runs(1).getFirst().id();
  }

  @Test
  void aCallThatMayHaveTalkedToHostsIsDoneAgainOnlyWhereAPersonSaysSo() {
    try (Bench bench = bench()) {
      String run = killedFetch(bench);
      RunEnd end = bench.runner().resume(run);
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(end.text()).contains("it is not known whether \"fetch\" happened");
      assertThat(bench.runner().resume(run).kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(file(run, "log")).hasContent("start\nfetched.\n");
      assertThat(file(run, "added")).doesNotExist(); // nothing else works there
      assertThat(reached).isEmpty();
      allowed = List.of("a.example", "b.example");
      bench.journal.settle(run, KEY, Optional.empty());
      assertThat(bench.runner().resume(run).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(file(run, "log")).hasContent("start\nfetched.\n");
      assertThat(file(run, "added")).hasContent("x");
      assertThat(reached).containsExactly("a.example"); // as when leave was given
    }
  }

  @Test
  void whatAPersonSaysToHaveHappenedStays() {
    try (Bench bench = bench()) {
      String run = killedFetch(bench);
      bench.journal.settle(run, KEY, Optional.of(Approvals.settled("fetched")));
      assertThat(bench.runner().resume(run).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(file(run, "log")).hasContent("start\nfetched.\n");
      assertThat(file(run, "added")).hasContent("x");
      assertThat(reached).isEmpty();
    }
  }

  @Test
  void aCallThatFailedAfterItAskedAHostWaitsAndOneThatDidNotLeavesNothing() {
    isRefused = true;
    try (Bench bench = bench()) {
      RunEnd end = bench.run(FETCH_AND_WRITE, "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(end.text()).contains("it is not known whether \"fetch\" happened");
      assertThat(file(end.run(), "log")).hasContent("start\nfetched.\n");
      assertThat(file(end.run(), "added")).doesNotExist();
      assertThat(reached).containsExactly("a.example");

      end = bench.run(FETCH_AND_WRITE.replace("{}", "{asks: false}"), "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.FAILED);
      assertThat(file(end.run(), "log")).hasContent("start\n");
      assertThat(file(end.run(), "added")).hasContent("x");
      isRefused = false;
      assertThat(bench.runner().resume(end.run()).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(file(end.run(), "log")).hasContent("start\nfetched.\n");
      assertThat(file(end.run(), "added")).hasContent("x");
    }
  }

  @Test
  void leaveForHostsNamesThem() {
    try (Bench bench = bench()) {
      RunEnd end = bench.run(FETCH_AND_WRITE.replace(", allow: true", ""), "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.WAITS);
      Step asked = new Approvals(bench.journal).find(end.run(), KEY + "~leave");
      assertThat(AllowedReach.hosts(asked.call().request())).containsExactly("a.example");
      allowed = List.of("b.example");
      Step unused = new Approvals(bench.journal).send(asked, asked.digest(), Bench.BY);
      assertThat(bench.runner().resume(end.run()).kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(reached).containsExactly("a.example");
    }
  }
}
