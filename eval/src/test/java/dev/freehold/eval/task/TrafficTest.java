package dev.freehold.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.eval.Candidate;
import dev.freehold.eval.EvalException;
import dev.freehold.eval.judge.Criterion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Recorded requests as tasks.
class TrafficTest {
  private static final String PLAIN =
      """
      {"traffic":1,"id":"r1","at":"2026-01-02T03:04:05Z","route":"tickets","backend":"vendor",\
      "model":"large","request":{"model":"default","stream":true,"temperature":0.7,"user":"u",\
      "messages":[{"role":"user","content":"Hello"}]},\
      "answer":{"role":"assistant","content":"Hello to you"},"finish_reason":"stop",\
      "usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13},"ms":812.5,"first_ms":90,\
      "cost":{"amount":0.0004,"currency":"EUR"},"energy":{"joules":2.5,"source":"RAPL"}}\
      """;

  @TempDir private Path folder;

  private Traffic read(boolean hasJudge, String... lines) throws Exception {
    Path file = Files.writeString(folder.resolve("day.jsonl"), String.join("\n", lines));
    return Traffic.read("day", file, hasJudge);
  }

  private static Candidate.Answered answer(Traffic traffic, String id) {
    var recorded = (Candidate.Source.Recorded) traffic.recorded().source();
    return java.util.Objects.requireNonNull(recorded.answers().get(id));
  }

  @Test
  void aRequestAndItsAnswerBecomeATaskAndAnAnswer() throws Exception {
    Traffic traffic = read(false, PLAIN);
    EvalTask task = traffic.tasks().tasks().getFirst();
    assertThat(task.group()).isEqualTo("tickets");
    assertThat(task.question()).isEqualTo("Hello");
    assertThat(task.criterion()).isInstanceOf(Criterion.Exact.class);
    var took = answer(traffic, "r1").took();
    assertThat(took.wallMillis()).isEqualTo(812.5);
    assertThat(took.answerTokens()).hasValue(4L);
    assertThat(took.cost().orElseThrow().currency()).isEqualTo("EUR");
    assertThat(took.energy().orElseThrow().joules()).isEqualTo(2.5);
    assertThat(read(true, PLAIN).tasks().tasks().getFirst().criterion())
        .isInstanceOf(Criterion.Pairwise.class);
  }

  @Test
  void callsAndJsonAreComparedAsSuch() throws Exception {
    String called =
        """
        {"traffic":1,"id":"c","request":{"messages":[{"role":"user","content":"Weather?"}],\
        "tools":[{"type":"function","function":{"name":"w","parameters":{"type":"object"}}}]},\
        "answer":{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function",\
        "function":{"name":"w","arguments":"{\\"city\\":\\"Oslo\\"}"}}]},\
        "finish_reason":"tool_calls"}\
        """;
    String json =
        """
        {"traffic":1,"id":"j","request":{"messages":[{"role":"user","content":"JSON?"}],\
        "response_format":{"type":"json_object"}},"answer":{"content":"{\\"a\\":1}"}}\
        """;
    List<EvalTask> tasks = read(true, called, json).tasks().tasks();
    assertThat(tasks.get(0).criterion()).isInstanceOf(Criterion.ToolCalls.class);
    assertThat(tasks.get(1).criterion()).isInstanceOf(Criterion.JsonEqual.class);
  }

  @Test
  void whatStandsThereAgainIsAskedOnceAndWhatCannotBeAskedIsCounted() throws Exception {
    String again = PLAIN.replace("\"r1\"", "\"r2\"").replace("Hello to you", "Hi");
    String image =
        """
        {"traffic":1,"id":"i","request":{"messages":[{"role":"user","content":[{"type":\
        "image_url","image_url":{"url":"http://localhost/x.png"}}]}]},"answer":{"content":"a cat"}}\
        """;
    Traffic traffic = read(false, PLAIN, again, image);
    assertThat(traffic.tasks().tasks()).hasSize(1);
    assertThat(traffic.repeated()).isEqualTo(1);
    assertThat(traffic.leftOut()).hasSize(1).first().asString().contains("expected text");
  }

  @Test
  void linesOfAnotherFormatAreRefused() {
    assertThatThrownBy(() -> read(false, PLAIN.replace("\"traffic\":1", "\"traffic\":2")))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("traffic: expected 1");
    assertThatThrownBy(() -> read(false, "{\"id\":\"a\",\"prompt\":\"p\"}"))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("line 1: traffic: expected 1, the version of the format, found 0");
    assertThatThrownBy(() -> read(false, PLAIN.replace("\"answer\"", "\"reply\"")))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("answer: is missing");
  }
}
