package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.workflow.DocumentSearch.Passage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/// What each kind of step does.
class StepsTest {
  private static final String TICKET = "{\"ticket\": {\"text\": \"%s\"}}";

  @TempDir private Path folder;

  private static String flow(String steps) {
    return "workflow: w\nsteps:\n" + steps.indent(2);
  }

  private Bench bench() {
    return new Bench(folder, new Script(prompt -> "answer to " + prompt));
  }

  @Test
  void whatComesFromATicketOrAModelIsNeverATemplate() {
    Script model = new Script(prompt -> "{{ run.id }} {{ nothing }}");
    try (Bench bench = new Bench(folder, model)) {
      RunEnd end =
          bench.run(
              flow(
                  """
                  - id: a
                    model: {prompt: "x {{ input.ticket.text }}"}
                  - id: b
                    model: {prompt: "y {{ a.text }}"}
                  """),
              TICKET.formatted("{{ input.secret }} {{ 1"));
      assertThat(end.kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(model.prompts)
          .containsExactly("x {{ input.secret }} {{ 1", "y {{ run.id }} {{ nothing }}");
    }
  }

  @Test
  void aModelsJsonIsCheckedAndTriedAgain() {
    AtomicInteger asked = new AtomicInteger();
    Script model =
        new Script(prompt ->
            List.of("no json", "{\"n\": \"x\"}", "{\"n\": 3}").get(asked.getAndIncrement()));
    try (Bench bench = new Bench(folder, model)) {
      bench.with(parts ->
          parts.withCheck((schema, answer) ->
              answer.path("n").isNumber() ? Optional.empty() : Optional.of("n is no number")));
      String text =
          flow(
              """
              - id: a
                model: {prompt: x, schema: {type: object}}
                retry: {times: 3, delay: 10s, factor: 2}
              - id: b
                model: {prompt: "{{ a.json.n }}"}
              """);
      RunEnd first = bench.run(text, "{}");
      assertThat(first.kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(first.text()).contains("a is tried again").contains("expected JSON");
      assertThat(first.due()).contains(bench.clock().instant().plusSeconds(10));
      bench.pass(Duration.ofSeconds(9));
      assertThat(bench.runner().resume(first.run()).kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(model.prompts).hasSize(1);
      bench.pass(Duration.ofSeconds(1));
      RunEnd second = bench.runner().resume(first.run());
      assertThat(second.text()).contains("n is no number");
      assertThat(second.due()).contains(bench.clock().instant().plusSeconds(20));
      bench.pass(Duration.ofSeconds(20));
      asked.set(2);
      // The answer to "b" has no script of its own: the model is asked no fourth time in vain.
      assertThatThrownBy(() -> bench.runner().resume(first.run()))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(model.prompts).containsExactly("x", "x", "x", "3");
    }
  }

  @Test
  void aStepThatFailedIsTriedAgainWhenTheRunIsResumed() {
    try (Bench bench = new Bench(folder, new Script(prompt -> "fine").failing(1))) {
      RunEnd failed = bench.run(flow("- id: a\n  model: {prompt: x}\n"), "{}");
      assertThat(failed.kind()).isEqualTo(RunEnd.Kind.FAILED);
      assertThat(failed.text()).isEqualTo("step a: the model is asleep");
      assertThat(bench.journal.head(failed.run()).state()).isEqualTo(RunState.FAILED);
      assertThat(bench.runner().resume(failed.run()).output().path("text").asString())
          .isEqualTo("fine");
    }
  }

  private static final String CHOICE =
      flow(
          """
          - id: team
            choice:
              question: Which?
              text: "{{ input.ticket.text }}"
              options: {billing: money, network: cables}
          - id: way
            switch:
              on: "{{ team.choice }}"
              cases:
                billing:
                  - id: bill
                    model: {prompt: money}
              else:
                - id: other
                  model: {prompt: cables}
          - id: sure
            model: {prompt: sure}
            when: {value: "{{ team.probability }}", at-least: 0.9}
          """);

  @Test
  void aChoiceIsTheModelsWhereItIsSureAndAPersonsWhereItIsNot() {
    try (Bench bench = bench()) {
      RunEnd sure = bench.run(CHOICE, TICKET.formatted("surely network"));
      assertThat(sure.output().path("text").asString()).isEqualTo("answer to sure");
      assertThat(bench.journal.steps(sure.run()))
          .extracting(step -> step.call().key())
          .containsExactly("team", "way/other", "sure", "=output");

      RunEnd unsure = bench.run(CHOICE, TICKET.formatted("perhaps network"));
      assertThat(unsure.kind()).isEqualTo(RunEnd.Kind.WAITS);
      Step asked = bench.waiting();
      assertThat(asked.call().request().path("options"))
          .isEqualTo(Bench.json("[\"billing\", \"network\"]"));
      assertThatThrownBy(() -> bench.edit("{\"choice\": \"rockets\"}"))
          .hasMessageContaining("choice: expected one of");
      bench.edit("{\"choice\": \"billing\"}");
      RunEnd done = bench.runner().resume(unsure.run());
      assertThat(done.output().isNull()).as("the last step is left out").isTrue();
      assertThat(bench.journal.steps(done.run()))
          .extracting(step -> step.call().key())
          .containsExactly("team", "team~person", "way/bill", "=output");
    }
  }

  @Test
  void documentsArePassagesWithTheirSources() {
    Script model = new Script(prompt -> "ok");
    try (Bench bench = new Bench(folder, model)) {
      bench.with(parts ->
          parts.withDocuments((index, query, most) ->
              query.contains("router")
                  ? List.of(new Passage(index + ".md", "Restart", "Turn it off and on.", 2))
                  : List.of()));
      String text =
          flow(
              """
              - id: facts
                documents: {index: handbook, query: "{{ input.ticket.text }}"}
              - id: a
                model: {prompt: "{{ facts.found }} {{ facts.text }}"}
              """);
      bench.run(text, TICKET.formatted("my router"));
      bench.run(text, TICKET.formatted("my cat"));
      assertThat(model.prompts)
          .containsExactly("true [1] handbook.md, Restart\nTurn it off and on.", "false ");
    }
  }

  @Test
  void whatIsMissingIsSaidBeforeAnythingIsDone() {
    try (Bench bench = bench()) {
      for (String step :
          List.of(
              "- id: a\n  documents: {index: i, query: q}\n",
              "- id: a\n  agent: {task: t}\n",
              "- id: a\n  tool: {name: read, arguments: {}}\n",
              "- id: a\n  action: {name: nobody, payload: {}}\n")) {
        assertThatThrownBy(() -> bench.run(flow(step), "{}"))
            .isInstanceOf(WorkflowException.class)
            .hasMessageContaining("line 3: step a: there ");
      }
      assertThat(bench.journal.runs(5)).isEmpty();
      assertThatThrownBy(() -> bench.run(WorkflowRunnerTest.DESK, "{}"))
          .hasMessageContaining("\"ticket\" is missing; desk needs: ticket");
    }
  }

  @Test
  void anAgentsTaskIsARunOfItsOwnThatMayWait() {
    List<String> worked = new ArrayList<>();
    TaskAgent agent =
        new TaskAgent() {
          @Override
          public String begin(Task task) {
            worked.add("begin " + task.text());
            return "child";
          }

          @Override
          public Progress goOn(String run, Task task) {
            worked.add("go on with " + run);
            return worked.size() < 3
                ? new Progress(State.WAITS, "leave to write")
                : new Progress(State.DONE, "fixed");
          }
        };
    try (Bench bench = bench()) {
      bench.with(parts -> parts.withAgents(agent));
      RunEnd waits =
          bench.run(flow("- id: a\n  agent: {task: \"fix {{ input.x }}\"}\n"), "{\"x\": \"it\"}");
      assertThat(waits.awaited())
          .containsExactly(new RunEnd.Awaited("child", "", "leave to write"));
      RunEnd done = bench.runner().resume(waits.run());
      assertThat(done.output()).isEqualTo(Bench.json("{\"text\": \"fixed\", \"run\": \"child\"}"));
      assertThat(worked).containsExactly("begin fix it", "go on with child", "go on with child");
    }
  }

  @Test
  void anAgentIsGivenTheHostsThatTheFileNames() {
    List<TaskAgent.Task> begun = new ArrayList<>();
    TaskAgent agent =
        new TaskAgent() {
          @Override
          public String begin(Task task) {
            begun.add(task);
            return "child";
          }

          @Override
          public Progress goOn(String run, Task task) {
            return new Progress(State.DONE, "fixed");
          }
        };
    try (Bench bench = bench()) {
      bench.with(parts -> parts.withAgents(agent));
      String step = "- id: a\n  agent: {task: t%s}\n";
      bench.run(flow(step.formatted(", allow-hosts: [a.example, \"*.b.example\"]")), "{}");
      bench.run(flow(step.formatted("")), "{}");
      assertThat(begun)
          .extracting(TaskAgent.Task::hosts)
          .containsExactly(List.of("a.example", "*.b.example"), List.of());
    }
  }

  @Test
  void noMoreItemsAreWorkedOnAtOnceThanTheFileSays() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Script model =
        new Script(prompt -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          Thread.yield();
          now.decrementAndGet();
          return prompt;
        });
    try (Bench bench = new Bench(folder, model)) {
      RunEnd end =
          bench.run(
              flow(
                  """
                  - id: each
                    for-each:
                      in: "{{ input.list }}"
                      as: one
                      at-once: 3
                      steps:
                        - id: a
                          model: {prompt: "{{ one }}"}
                  """),
              "{\"list\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}");
      assertThat(most.get()).isBetween(1, 3);
      assertThat(end.output().size()).isEqualTo(12);
      for (int i = 0; i < 12; i++) {
        assertThat(end.output().get(i).path("text").asString()).isEqualTo("" + (i + 1));
      }
    }
  }

  @Test
  void anItemThatFailsDoesNotStopTheOthers() {
    Bench.Post office = new Bench.Post(true);
    office.failures.add(new StepException("the office is closed"));
    try (Bench bench = bench()) {
      bench.with(parts -> parts.withActions(Map.of("office", office)));
      RunEnd failed =
          bench.run(
              flow(
                  """
                  - id: each
                    for-each:
                      in: [a, b, c]
                      as: one
                      at-once: 1
                      steps:
                        - id: send
                          action: {name: office, payload: "{{ one }}"}
                  """),
              "{}");
      assertThat(failed.text()).isEqualTo("step each/0/send: the office is closed");
      assertThat(office.letters).hasSize(2);
      assertThat(bench.runner().resume(failed.run()).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(office.letters).hasSize(3);
    }
  }

  private static final String SEND =
      flow(
          """
          - id: ok
            wait: {question: "ok?", payload: {to: bert, n: 1}}
          - id: send
            action: {name: office, approved: ok}
          - id: last
            model: {prompt: "{{ ok.answer }} {{ ok.note }}"}
          """);

  @Test
  void anEditIsDoneAsItWasEditedAndASkipNotAtAll() {
    Bench.Post office = new Bench.Post(false);
    try (Bench bench = bench()) {
      bench.with(parts -> parts.withActions(Map.of("office", office)));
      String edited = bench.run(SEND, "{}").run();
      assertThatThrownBy(() -> bench.edit("{\"to\": \"carl\"}")).hasMessageContaining("\"n\" is");
      assertThatThrownBy(() -> bench.edit("{\"to\": 1, \"n\": 1}"))
          .hasMessageContaining("to: expected STRING as before, found NUMBER");
      assertThatThrownBy(() -> bench.edit("{\"to\": \"c\", \"n\": 1, \"cc\": \"x\"}"))
          .hasMessageContaining("\"cc\" was not there");
      bench.edit("{\"to\": \"carl\", \"n\": 2}");
      assertThat(bench.runner().resume(edited).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(office.letters).containsExactly(Bench.json("{\"to\": \"carl\", \"n\": 2}"));

      String skipped = bench.run(SEND, "{}").run();
      bench.skip();
      assertThat(bench.runner().resume(skipped).output().path("text").asString())
          .isEqualTo("answer to skip no");
      assertThat(office.letters).hasSize(1);
    }
  }

  @Test
  void ofTwoPeopleTheSecondIsToldAndAStalePayloadIsRefused() {
    try (Bench bench = bench()) {
      bench.with(parts -> parts.withActions(Map.of("office", new Bench.Post(true))));
      bench.run(SEND, "{}");
      Approvals approvals = new Approvals(bench.journal);
      Step asked = bench.waiting();
      assertThatThrownBy(() -> approvals.send(asked, "0".repeat(64), "Anna"))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("another payload waits there");
      approvals.skip(asked, asked.digest(), "Anna", "");
      assertThatThrownBy(() -> approvals.send(asked, asked.digest(), "Bert"))
          .hasMessageContaining("decided already: skip");
      assertThatThrownBy(() -> approvals.find(asked.run(), "ok"))
          .hasMessageContaining("was decided already");
    }
  }

  @Test
  void whereNobodyKnowsWhetherItHappenedAPersonIsAsked() {
    Bench.Post office = new Bench.Post(false);
    office.failures.add(new StepException("the line broke", true));
    try (Bench bench = bench()) {
      bench.with(parts -> parts.withActions(Map.of("office", office)));
      RunEnd doubt =
          bench.run(
              flow("- id: send\n  action: {name: office, payload: 1}\n  retry: {times: 5}\n"),
              "{}");
      assertThat(doubt.kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(doubt.text()).contains("not known whether \"office\" happened");
      assertThat(bench.runner().resume(doubt.run()).kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(office.letters).isEmpty();
      bench.journal.settle(doubt.run(), "send", Optional.of(Approvals.settled("")));
      assertThat(bench.runner().resume(doubt.run()).kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(office.letters).isEmpty();
    }
  }

  @Test
  void aPauseEndsWhenItsTimeComes() {
    try (Bench bench = bench()) {
      RunEnd waits = bench.run(flow("- id: a\n  pause: 3d\n"), "{}");
      assertThat(waits.due()).contains(bench.clock().instant().plus(Duration.ofDays(3)));
      bench.pass(Duration.ofDays(3));
      assertThat(bench.journal.due()).hasSize(1);
      assertThat(bench.runner().resume(waits.run()).kind()).isEqualTo(RunEnd.Kind.DONE);
    }
  }

  @Test
  void aFileThatWasChangedMeanwhileIsNoticedAndTheRunGoesOnAsBegun() throws Exception {
    Path file = folder.resolve("w.yaml");
    Files.writeString(file, SEND);
    try (Bench bench = bench()) {
      bench.with(parts -> parts.withActions(Map.of("office", new Bench.Post(true))));
      RunEnd waits = bench.runner().run(Workflow.read(file), JsonNodeFactory.instance.objectNode());
      bench.send();
      Files.writeString(file, SEND.replace("bert", "mallory"));
      RunEnd done = bench.runner().resume(waits.run());
      assertThat(done.kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(bench.notes).hasSize(1);
      assertThat(bench.notes.getFirst()).contains("was changed since");
    }
  }

  @Test
  void aPlaceThatIsNotThereIsAnErrorWithItsLine() {
    try (Bench bench = bench()) {
      RunEnd failed =
          bench.run(
              flow("- id: a\n  model:\n    prompt: \"{{ input.ticket.from }}\"\n"),
              TICKET.formatted("x"));
      assertThat(failed.kind()).isEqualTo(RunEnd.Kind.FAILED);
      assertThat(failed.text())
          .isEqualTo(
              "test.yaml, line 5: {{ input.ticket.from }}: there is no \"from\" in input.ticket;"
                  + " there are: text");
    }
  }
}
