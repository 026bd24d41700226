package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowReaderTest {
  private static final String HEAD = "workflow: w\ninput: [ticket]\nsteps:\n";

  private static String step(String body) {
    return HEAD + "  - id: a\n    model: {prompt: hello}\n" + body;
  }

  private static Workflow read(String text) {
    return Workflow.parse(text, "w.yaml");
  }

  @Test
  void aWholeFileIsRead() {
    Workflow workflow = read(WorkflowRunnerTest.DESK);
    assertThat(workflow.name()).isEqualTo("desk");
    assertThat(workflow.input()).containsExactly("ticket");
    assertThat(workflow.size()).isEqualTo(4);
    assertThat(workflow.digest()).hasSize(64);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '  - id: b\\n    modle: {prompt: x}' | line 6: step b: expected exactly one of
          '  - id: b\\n    model: {prompt: x}\\n    wait: {question: q, payload: p}' | model and wait
          '  - id: b\\n    model: {prompt: x, promt: y}' | line 7: "promt" is not known here; known are
          '  - id: b\\n    model: {name: x}' | line 7: "prompt" is missing
          '  - id: a\\n    pause: 1h' | line 6: id: "a" is taken
          '  - id: input\\n    pause: 1h' | "input" is taken
          '  - id: 1b\\n    pause: 1h' | expected a name of 1 to 32 letters
          '  - id: b\\n    pause: soon' | line 7: pause: expected a time such as
          '  - id: b\\n    pause: 1h\\n    when: {value: 1}' | exactly one of is, is-not, at-least
          '  - id: b\\n    pause: 1h\\n    retry: {times: 2}' | a step of kind pause is not tried again
          '  - id: b\\n    model: {prompt: x, schema: 3}' | schema: expected a mapping, found "3"
          '  - id: b\\n    model: {prompt: "{{ c.text }}"}' | nothing is called "c" here; there are: input, run, a
          '  - id: b\\n    model: {prompt: "{{ b.text }}"}' | nothing is called "b" here
          '  - id: b\\n    model: {prompt: "{{ input.tikcet }}"}' | the input has no "tikcet"
          '  - id: b\\n    model: {prompt: "{{ 1 + 1 }}"}' | after {{ expected a name such as ticket.subject
          '  - id: b\\n    model: {prompt: "{{ a.text"}' | after {{ expected a name
          '  - id: b\\n    model: {prompt: "{{ a | upper }}"}' | after {{ expected a name
          '  - id: b\\n    model: {prompt: "{% if x %}{{}}"}' | after {{ expected a name
          '  - id: b\\n    choice: {question: q, text: t, options: {one: ""}}' | expected 2 to 20 options, found 1
          '  - id: b\\n    choice: {question: q, text: t, options: {x: "", y: ""}, at-least: 2}' | at-least: expected a number of 0.0 to 1.0
          '  - id: b\\n    choice: {question: q, text: t, options: {x: "", y: ""}, unsure: z}' | unsure: expected one of the options
          '  - id: b\\n    action: {name: post}' | expected either payload, or approved
          '  - id: b\\n    action: {name: post, approved: a}' | "a" is no step before this one that waits
          '  - id: b\\n    for-each: {in: text, as: x, steps: [{id: c, pause: 1s}]}' | in: expected a list
          '  - id: b\\n    for-each: {in: [1], as: x, at-once: 0, steps: [{id: c, pause: 1s}]}' | at-once: expected an integer of 1 to 64
          '  - id: b\\n    for-each: {in: [1], as: a, steps: [{id: c, pause: 1s}]}' | as: "a" is taken
          '  - id: b\\n    switch: {on: x, cases: {}}' | cases: expected at least one
          '  - id: b\\n    switch: {on: x, cases: {y: []}}' | y: expected a list that is not empty
          'actions: {post: {folder: x, post: y}}' | expected either folder or post
          'actions: {post: {post: "file:///etc/passwd"}}' | expected an address such as https
          'actions: {post: {post: "https://me:secret@host/"}}' | expected an address such as https
          'extra: 1' | line 6: "extra" is not known here
          'description: &x text' | line 6: references
          'description: !!str text' | line 6: tags
          'workflow: w' | line 6: "workflow" stands there twice
          """)
  void whatIsWrongIsNamedWithItsLine(String more, String expected) {
    assertThatThrownBy(() -> read(step(more.replace("\\n", "\n"))))
        .isInstanceOf(WorkflowException.class)
        .hasMessageContaining("w.yaml")
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "- a", "workflow: [", "--- a\n--- b", "text", "workflow: \u0000"})
  void whatIsNoWorkflowIsRefused(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(WorkflowException.class)
        .hasMessageContaining("w.yaml");
  }

  @Test
  void deepAndLongTextsAreRefusedWithoutHarm() {
    assertThatThrownBy(() -> read("a: " + "[".repeat(200_000)))
        .isInstanceOf(WorkflowException.class)
        .hasMessageContaining("nested deeper");
    assertThatThrownBy(() -> read("a: " + "x".repeat(2 << 20)))
        .isInstanceOf(WorkflowException.class)
        .hasMessageContaining("characters");
  }

  @Test
  void whatStepsWithinOthersKnowStaysThere() {
    String inside =
        """
          - id: b
            switch:
              on: "{{ a.text }}"
              cases:
                yes:
                  - id: c
                    model: {prompt: "{{ a.text }}"}
          - id: d
            model: {prompt: "{{ %s }}"}
        """;
    assertThat(read(step(inside.formatted("b"))).size()).isEqualTo(4);
    assertThatThrownBy(() -> read(step(inside.formatted("c.text"))))
        .hasMessageContaining("nothing is called \"c\" here");
  }
}
