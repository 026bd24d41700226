package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Usage;
import dev.freehold.model.Model;
import dev.freehold.text.ChatTemplates;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A model that never stops to think by itself stops where its thoughts have as many tokens as they
/// may, and answers.
class ThoughtBudgetTest {
  private static final String TEMPLATE =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}"
          + "{% endfor %}{{ '<|im_start|>assistant\n<think>\n' }}{# </think> #}";
  private static final int TOKENS = 60;

  private Model model;
  private LocalBackend backend;

  /// What an answer is made of.
  private record Told(String thoughts, String text, Usage usage) {}

  @BeforeEach
  void open() {
    model = Goldens.open("qwen2/model.gguf");
    LocalModel plain = Goldens.local(model, false);
    LocalModel thinking =
        new LocalModel(
            "tiny",
            model,
            plain.tokenizer(),
            new ChatTemplates(Map.of("default", TEMPLATE)),
            Sampling.greedy());
    backend =
        new LocalBackend(
            thinking, new EngineOptions(OptionalInt.of(256), 64, 1L << 28, Clock.systemUTC()));
  }

  @AfterEach
  void close() {
    backend.close();
    model.close();
  }

  private Told ask(OptionalInt budget, Output output) {
    Input input = Input.Conversation.of(List.of(Message.user("Why?")));
    Ending ending = Ending.NATURAL.withMaxTokens(TOKENS).withMaxThoughtTokens(budget);
    List<ChatEvent> events = new ArrayList<>();
    backend.answer(
        new ChatRequest("", input, Sampling.greedy(), ending, output, Caller.LOCAL),
        events::add,
        new Cancellation());
    StringBuilder thoughts = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (ChatEvent event : events) {
      switch (event) {
        case ChatEvent.ReasoningDelta delta -> thoughts.append(delta.text());
        case ChatEvent.TextDelta delta -> text.append(delta.text());
        default -> {}
      }
    }
    return new Told(
        thoughts.toString(), text.toString(), ((ChatEvent.Finished) events.getLast()).usage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void thoughtsEndAtTheirBudget(int budget) {
    Told free = ask(OptionalInt.empty(), Output.FREE);
    assertThat(free.text()).isEmpty();
    assertThat(free.usage().reasoningTokens()).isEqualTo(TOKENS);

    Told bound = ask(OptionalInt.of(budget), Output.FREE);
    assertThat(free.thoughts()).startsWith(bound.thoughts());
    assertThat(bound.usage().reasoningTokens())
        .as("the thoughts and the mark that ends them")
        .isBetween(budget, budget + "</think>".length());
    assertThat(bound.usage().completionTokens())
        .as("an answer follows, be it only its end")
        .isGreaterThan(bound.usage().reasoningTokens());
  }

  @Test
  void aBudgetThatIsNotReachedChangesNothing() {
    Told free = ask(OptionalInt.empty(), Output.FREE);
    assertThat(ask(OptionalInt.of(TOKENS), Output.FREE).thoughts()).isEqualTo(free.thoughts());
  }

  @Test
  void whatMustBeOfAFormatIsSoAfterTheThoughts() {
    OutputFormat choice = new OutputFormat.Choice(List.of("yes", "no"));
    Told told = ask(OptionalInt.of(5), Output.FREE.withFormat(choice));
    assertThat(told.text()).isIn("yes", "no");
    assertThat(told.thoughts()).isNotEmpty();
  }
}
