package dev.freehold.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ChatRequestTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static void assertRefused(ThrowingCallable asked, String field, String... said) {
    assertThatThrownBy(asked)
        .isInstanceOfSatisfying(
            ChatException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(ChatException.Kind.INVALID_REQUEST);
              assertThat(failure.field()).isEqualTo(field);
              assertThat(failure)
                  .hasMessageStartingWith(field + ": ")
                  .hasMessageContainingAll(said);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "TEMPERATURE, -0.1",
    "TEMPERATURE, NaN",
    "TEMPERATURE, Infinity",
    "TOP_K, -1",
    "TOP_K, 1.5",
    "TOP_P, 1.01",
    "MIN_P, -0.01",
    "TYPICAL_P, 2",
    "REPETITION_PENALTY, 0",
    "REPETITION_WINDOW, -2",
    "FREQUENCY_PENALTY, 101",
    "PRESENCE_PENALTY, NaN"
  })
  void aParameterOutOfRangeIsRefusedByName(SamplingParameter parameter, double value) {
    assertRefused(
        () -> Sampling.UNSAID.with(parameter, value),
        parameter.key(),
        parameter.range(),
        SamplingParameter.shown(value));
  }

  @Test
  void whatIsSaidWinsOverDefaults() {
    Sampling defaults =
        Sampling.UNSAID
            .with(SamplingParameter.TEMPERATURE, 0.6)
            .with(SamplingParameter.TOP_K, 20)
            .withSeed(1);
    Sampling asked = Sampling.greedy().withSeed(7).or(defaults);

    assertThat(asked.value(SamplingParameter.TEMPERATURE, 9)).isZero();
    assertThat(asked.value(SamplingParameter.TOP_K, 9)).isEqualTo(20);
    assertThat(asked.value(SamplingParameter.TOP_P, 9)).isEqualTo(9);
    assertThat(asked.seed()).contains(7L);
  }

  @Test
  void parametersAreFoundByTheNamesOfConfigurationFiles() {
    for (SamplingParameter parameter : SamplingParameter.values()) {
      assertThat(SamplingParameter.named(parameter.key())).contains(parameter);
    }
    assertThat(SamplingParameter.named("top_q")).isEmpty();
  }

  @Test
  void biasIsCheckedPerToken() {
    assertRefused(
        () -> Sampling.UNSAID.withLogitBias(Map.of(-1, 0f)), "logit_bias", "from 0 on", "-1");
    assertRefused(
        () -> Sampling.UNSAID.withLogitBias(Map.of(5, 100.5f)), "logit_bias", "token 5", "100.5");
    assertRefused(() -> Sampling.UNSAID.withLogitBias(Map.of(5, Float.NaN)), "logit_bias", "NaN");
  }

  @Test
  void endingsAreChecked() {
    assertRefused(() -> new Ending(List.of("a", ""), OptionalInt.empty()), "stop[1]", "found 0");
    assertRefused(
        () -> new Ending(Collections.nCopies(65, "a"), OptionalInt.empty()), "stop", "found 65");
    assertRefused(() -> Ending.NATURAL.withMaxTokens(0), "max_tokens", "at least 1", "found 0");
  }

  @Test
  void anInputHoldsSomething() {
    assertRefused(() -> Input.Conversation.of(List.of()), "messages", "at least one");
    assertRefused(() -> new Input.Tokens(List.of()), "prompt", "at least one");
  }

  @Test
  void toolsHaveNamesAndObjects() {
    assertRefused(() -> new Tool("", "", JSON.objectNode()), "tools.name", "empty");
    assertRefused(() -> new Tool("f", "", JSON.arrayNode()), "tools.parameters", "ARRAY");
    assertRefused(
        () -> new ToolCall("1", "f", JSON.stringNode("{}")), "tool_calls.arguments", "STRING");
  }

  @Test
  void aRequestKeepsItsOwnCopies() {
    ObjectNode arguments = JSON.objectNode().put("city", "Bern");
    ToolCall call = new ToolCall("1", "weather", arguments);
    arguments.put("city", "Basel");

    assertThat(call.arguments().path("city").stringValue()).isEqualTo("Bern");
  }

  @Test
  void textPartsAreJoinedLineByLine() {
    assertThat(Part.text(List.of(new Part.Text("a"), new Part.Text("b")))).isEqualTo("a\nb");
    assertThat(Part.text(List.of())).isEmpty();
  }
}
