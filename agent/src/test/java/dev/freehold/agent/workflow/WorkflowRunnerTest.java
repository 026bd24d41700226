package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.journal.Step;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkflowRunnerTest {
  static final String DESK =
      """
      workflow: desk
      title: "{{ input.ticket.subject }}"
      input: [ticket]
      steps:
        - id: team
          choice:
            question: Which team answers this?
            text: "{{ input.ticket.text }}"
            options:
              billing: money
              network: no connection
            at-least: 0.8
        - id: draft
          model:
            prompt: "Answer for {{ team.choice }}: {{ input.ticket.text }}"
        - id: review
          wait:
            question: "Send this to {{ input.ticket.from }}?"
            payload:
              to: "{{ input.ticket.from }}"
              text: "{{ draft.text }}"
            show: {ticket: "{{ input.ticket }}"}
        - id: send
          action: {name: post, approved: review}
      """;

  private static final String TICKET =
      """
      {"ticket": {"subject": "A bill", "from": "bert", "text": "surely billing: {{ run.id }}"}}
      """;

  @TempDir private Path folder;

  private Bench bench() {
    return new Bench(folder, new Script(prompt -> "Dear you: " + prompt.length()));
  }

  @Test
  void aTicketGoesThroughAChoiceADraftAPersonAndAnAction() {
    try (Bench bench = bench()) {
      RunEnd waits = bench.run(DESK, TICKET);
      assertThat(waits.kind()).isEqualTo(RunEnd.Kind.WAITS);
      assertThat(waits.text()).isEqualTo("Send this to bert?");
      assertThat(bench.post.letters).isEmpty();
      Step asked = bench.waiting();
      assertThat(asked.call().request().path("show").path("ticket").path("subject").asString())
          .isEqualTo("A bill");
      assertThat(bench.journal.head(waits.run()).title()).isEqualTo("desk: A bill");
      bench.send();
      RunEnd done = bench.runner().resume(waits.run());
      assertThat(done.kind()).isEqualTo(RunEnd.Kind.DONE);
      assertThat(done.output()).isEqualTo(Bench.json("{\"sent\": 1}"));
      assertThat(bench.post.letters).containsExactly(asked.call().request().path("payload"));
      assertThat(bench.journal.head(waits.run()).state()).isEqualTo(RunState.DONE);
    }
  }
}
