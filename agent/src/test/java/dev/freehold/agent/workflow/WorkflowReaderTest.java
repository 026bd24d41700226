package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
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
  @CsvFileSource(
      resources = "/dev/freehold/agent/workflow/wrong.csv",
      delimiter = '|',
      quoteCharacter = '\'')
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
  void aKindThatThereIsNotIsNamed() {
    assertThatThrownBy(() -> read(step("  - id: b\n    modell: {prompt: x}\n    when: {}\n")))
        .isInstanceOf(WorkflowException.class)
        .hasMessageContaining("line 6: step b: expected exactly one of model,")
        .hasMessageEndingWith("found \"modell\"");
  }

  @Test
  void whatHasNoEndOrIsAFolderIsRefused() {
    Path endless = Path.of("/dev/zero");
    assumeThat(endless).exists();
    assertThatThrownBy(() -> Workflow.read(endless))
        .isInstanceOf(WorkflowException.class)
        .hasMessageContaining("at most 1,048,576 bytes");
    assertThatThrownBy(() -> Workflow.read(Path.of(".")))
        .isInstanceOf(WorkflowException.class)
        .hasMessageContaining("is a folder");
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
