package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ReadTool;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Steps that call tools: leave, the workspace that they share, and kills in between.
class ToolStepsTest {
  private static final String APPEND = "  tool: {name: append, arguments: {line: \"%s\"}}\n";

  @TempDir private Path folder;
  private Path source = Path.of("unset");
  private final List<Rule> rules = new ArrayList<>();
  private final List<String> letters = new ArrayList<>();
  private final List<ToolException> failures = new ArrayList<>();
  private Consumer<String> places = place -> {};

  @BeforeEach
  void makeSource() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    Files.writeString(source.resolve("log"), "start\n");
  }

  /// The end of a process.
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private abstract static class Small implements AgentTool {
    private final String name;
    private final Effect.Reach reach;

    Small(String name, Effect.Reach reach) {
      this.name = name;
      this.reach = reach;
    }

    @Override
    public Tool definition() {
      return new Tool(name, "does", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return new Effect(reach, Effect.Subject.other(arguments.toString()), "what will happen");
    }
  }

  /// Appends a line to the log in two halves: doing it twice shows, and half of it does.
  private final class Append extends Small {
    Append() {
      super("append", Effect.Reach.WORKSPACE);
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      Path file = context.workspace().resolve("log");
      try {
        for (String half : List.of(arguments.path("line").asString(""), ".\n")) {
          places.accept("within append");
          Files.writeString(file, half, StandardOpenOption.APPEND);
          if (!failures.isEmpty()) {
            throw failures.removeFirst();
          }
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      return ToolOutcome.of("{\"appended\": 1}");
    }
  }

  /// Sends letters that nobody can call back.
  private final class Send extends Small {
    Send() {
      super("send", Effect.Reach.OUTSIDE);
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      places.accept("before send");
      if (!failures.isEmpty()) {
        throw failures.removeFirst();
      }
      letters.add(arguments.path("to").asString(""));
      places.accept("after send");
      return ToolOutcome.of("sent");
    }
  }

  private StepTools tools(Path place) {
    return new StepTools() {
      @Override
      public List<AgentTool> tools() {
        return List.of(new Append(), new Send(), new ReadTool());
      }

      @Override
      public Permissions permissions() {
        return new Permissions(rules);
      }

      @Override
      public Snapshots create(String run) {
        return Workspace.create(
            place.resolve("w" + run),
            new Workspace.Origin(source, List.of(), path -> false),
            WorkspaceLimits.DEFAULT);
      }

      @Override
      public Snapshots open(String run) {
        return Workspace.open(place.resolve("w" + run), WorkspaceLimits.DEFAULT, path -> false);
      }
    };
  }

  private Bench bench(Path place) {
    Bench bench =
        new Bench(
            place, new Script(prompt -> prompt), at -> places.accept(at), new SplittableRandom(3));
    return bench.with(parts -> parts.withTools(tools(place)));
  }

  private String log(Path place, String run) throws IOException {
    return Files.readString(place.resolve("w" + run).resolve("files/log"));
  }

  private static String workflow(String steps) {
    return "workflow: w\nsteps:\n" + steps;
  }

  @Test
  void leaveIsAskedForAndExactlyThatIsDone() throws IOException {
    try (Bench bench = bench(folder)) {
      String steps = "- id: a\n" + APPEND.formatted("first") + "- id: b\n" + APPEND.formatted("x");
      RunEnd end = bench.run(workflow(steps), "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(end.text()).isEqualTo("leave is asked for: append {\"line\":\"first\"}");
      Step asked = bench.waiting();
      assertThat(asked.call().key()).isEqualTo("a~leave");
      assertThat(asked.call().request().path("preview").asString("")).isEqualTo("what will happen");
      assertThat(Approvals.payload(asked)).isEqualTo(Bench.json("{\"line\": \"first\"}"));
      assertThat(log(folder, end.run())).isEqualTo("start\n");
      bench.send();
      end = bench.runner().resume(end.run());
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.WAITS);
      bench.edit("{\"line\": \"second\"}");
      end = bench.runner().resume(end.run());
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(end.output().at("/json/appended").asInt(0)).isEqualTo(1);
      assertThat(log(folder, end.run())).isEqualTo("start\nfirst.\nsecond.\n");
      assertThat(source.resolve("log")).hasContent("start\n");
    }
  }

  @Test
  void whatIsSkippedIsNullAndRulesAreKept() throws IOException {
    try (Bench bench = bench(folder)) {
      RunEnd end = bench.run(workflow("- id: a\n" + APPEND.formatted("x")), "{}");
      bench.skip();
      end = bench.runner().resume(end.run());
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(end.output().isNull()).isTrue();
      assertThat(log(folder, end.run())).isEqualTo("start\n");

      String read = "- id: a\n  tool: {name: read, arguments: {path: log}}\n";
      assertThat(bench.run(workflow(read), "{}").output().path("text").asString(""))
          .contains("start");
      String allowed = "- id: a\n  tool: {name: append, arguments: {line: x}, allow: true}\n";
      assertThat(bench.run(workflow(allowed), "{}").kind()).isEqualTo(RunEnd.Kind.DONE);
      rules.add(new Rule(Verdict.DENY, "append", "*"));
      end = bench.run(workflow(allowed), "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.FAILED);
      assertThat(end.text()).contains("step a: a rule denies append");
    }
  }

  @Test
  void aFailedCallLeavesNothingAndIsTriedAgain() throws IOException {
    rules.add(new Rule(Verdict.ALLOW, "append", "*"));
    try (Bench bench = bench(folder)) {
      failures.add(new ToolException("no"));
      RunEnd end = bench.run(workflow("- id: a\n" + APPEND.formatted("x")), "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.FAILED);
      assertThat(log(folder, end.run())).isEqualTo("start\n");
      end = bench.runner().resume(end.run());
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(log(folder, end.run())).isEqualTo("start\nx.\n");
    }
  }

  @Test
  void aCallElsewhereOfWhichNothingIsKnownWaitsForAPerson() {
    rules.add(new Rule(Verdict.ALLOW, "send", "*"));
    String send = workflow("- id: a\n  tool: {name: send, arguments: {to: anna}}\n");
    try (Bench bench = bench(folder)) {
      failures.add(new ToolException("no answer within the time limit", true));
      RunEnd end = bench.run(send, "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(end.text()).contains("it is not known whether \"send\" happened");
      assertThat(bench.runner().resume(end.run()).kind()).isEqualTo(RunEnd.Kind.WAITS);
      bench.journal.settle(end.run(), "a", Optional.empty());
      assertThat(bench.runner().resume(end.run()).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(letters).containsExactly("anna");
      failures.add(new ToolException("the address is wrong"));
      end = bench.run(send, "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.FAILED); // and is known not to have happened
      assertThat(bench.runner().resume(end.run()).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(letters).hasSize(2);
    }
  }

  private static final String TWO_ITEMS =
      workflow(
          """
          - id: each
            for-each:
              in: ["one", "two"]
              as: name
              at-once: 1
              steps:
                - id: ask
                  wait: {question: "{{ name }}?", payload: {}}
                  when: {value: "{{ name }}", is: one}
                - id: add
                  tool: {name: append, arguments: {line: "{{ name }}"}}
          """);

  /// The second item's call is broken off, then the first one's goes on.
  @Test
  void whatWasBrokenOffIsRolledBackBeforeAnythingElse() throws IOException {
    rules.add(new Rule(Verdict.ALLOW, "append", "*"));
    try (Bench bench = bench(folder)) {
      int[] left = {2};
      places =
          at -> {
            if (at.equals("within append") && --left[0] == 0) {
              throw new Killed();
            }
          };
      try {
        RunEnd unused = bench.run(TWO_ITEMS, "{}");
      } catch (Killed killed) {
        places = at -> {};
      }
      String run = bench.journal.runs(1).getFirst().id();
      assertThat(log(folder, run)).isEqualTo("start\ntwo");
      bench.send();
      assertThat(bench.runner().resume(run).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(log(folder, run)).isEqualTo("start\none.\ntwo.\n");
    }
  }

  @Test
  void aFailureTakesNothingOfOtherItemsWithIt() throws IOException {
    rules.add(new Rule(Verdict.ALLOW, "append", "*"));
    try (Bench bench = bench(folder)) {
      failures.add(new ToolException("no"));
      String both = TWO_ITEMS.replace("is: one", "is: none");
      RunEnd end = bench.run(both, "{}");
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.FAILED);
      assertThat(log(folder, end.run())).isEqualTo("start\ntwo.\n");
      end = bench.runner().resume(end.run());
      assertThat(end.kind()).as(end.text()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(log(folder, end.run())).isEqualTo("start\ntwo.\none.\n");
    }
  }

  private static final String KILLED =
      workflow(
          """
          - id: a
            tool: {name: append, arguments: {line: a}}
          - id: each
            for-each:
              in: ["b", "c"]
              as: name
              at-once: 1
              steps:
                - id: add
                  tool: {name: append, arguments: {line: "{{ name }}"}, allow: true}
          - id: letter
            tool: {name: send, arguments: {to: anna}}
          - id: end
            tool: {name: append, arguments: {line: "{{ letter.text }}"}, allow: true}
          """);

  /// One process: works, and a person gives leave and says what happened by looking.
  private boolean live(Path place) {
    try (Bench bench = bench(place)) {
      List<RunHead> runs = bench.journal.runs(5);
      RunEnd end =
          runs.isEmpty() ? bench.run(KILLED, "{}") : bench.runner().resume(runs.getFirst().id());
      while (end.kind() == RunEnd.Kind.WAITS) {
        List<Step> waiting = new Approvals(bench.journal).waiting();
        if (waiting.isEmpty()) {
          boolean isSent = !letters.isEmpty();
          bench.journal.settle(
              end.run(),
              "letter",
              isSent
                  ? Optional.of(Bench.json("{\"value\": {\"text\": \"sent\"}}"))
                  : Optional.empty());
        }
        waiting.forEach(step -> new Approvals(bench.journal).send(step, step.digest(), Bench.BY));
        end = bench.runner().resume(end.run());
      }
      assertThat(end.kind()).as(end.text()).isEqualTo(RunEnd.Kind.DONE);
      return true;
    } catch (Killed killed) {
      return false;
    }
  }

  @Test
  void whereverItIsKilledNothingHappensTwiceAndNothingIsLost() throws IOException {
    int last = Integer.MAX_VALUE;
    for (int at = 0; at <= last; at++) {
      Path place = Files.createDirectory(folder.resolve("at" + at));
      letters.clear();
      int[] passed = {0};
      int end = at == 0 ? Integer.MAX_VALUE : at;
      places =
          reached -> {
            if (++passed[0] >= end) {
              throw new Killed();
            }
          };
      boolean isDone = live(place);
      last = at == 0 ? passed[0] : last;
      places = reached -> {};
      for (int lives = 1; !isDone; lives++) {
        assertThat(lives).as("lives after a kill at place %d", at).isLessThan(3);
        isDone = live(place);
      }
      Path[] kept;
      try (var found = Files.list(place)) {
        kept =
            found
                .filter(path -> path.getFileName().toString().startsWith("w"))
                .toArray(Path[]::new);
      }
      assertThat(kept).hasSize(1);
      assertThat(kept[0].resolve("files/log"))
          .as("killed at place %d", at)
          .hasContent("start\na.\nb.\nc.\nsent.\n");
      assertThat(letters).as("killed at place %d", at).containsExactly("anna");
    }
    assertThat(last).isGreaterThan(30);
  }
}
