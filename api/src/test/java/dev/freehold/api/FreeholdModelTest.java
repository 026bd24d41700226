package dev.freehold.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.EmbeddingRequest.Pooling;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.ToolChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The model that Freehold carries, through the doorway for Java programs.
class FreeholdModelTest {
  private static final String STORY = "Tell me a long story about a town.";

  private static FreeholdModel model;

  @BeforeAll
  static void open() {
    model = FreeholdModel.open(FreeholdModel.DEMO);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Question greedy(String text) {
    return Question.of(text).withTemperature(0);
  }

  @Test
  void whatIsStreamedIsTheAnswer() {
    StringBuilder streamed = new StringBuilder();
    Answer answer = model.stream("What is 17 + 25?", streamed::append);
    assertThat(answer.text()).isEqualTo(streamed.toString()).contains("42");
    assertThat(answer.reason()).isEqualTo(FinishReason.END);
    assertThat(answer.usage().completionTokens()).isPositive();
    assertThat(answer.calls()).isEmpty();
    assertThat(answer.notices()).isEmpty();
  }

  @Test
  void anAnswerCanBeHadAgainWithItsSeed() {
    Question question = endless().with(SamplingParameter.TEMPERATURE, 2);
    Answer first = model.ask(question.withMaxTokens(24));
    Answer other = model.ask(question.withMaxTokens(24));
    assertThat(other.text()).isNotEqualTo(first.text());
    Answer again = model.ask(question.withMaxTokens(24).withSeed(first.usage().seed()));
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(first.reason()).isEqualTo(FinishReason.MAX_TOKENS);
  }

  @Test
  void anAnswerUnderASchemaIsValid() {
    Question question =
        Question.of("What is 48 + 36?")
            .withSchema(
                """
                {"type": "object", "properties": {"sum": {"type": "integer"}},
                 "required": ["sum"], "additionalProperties": false}
                """);
    assertThat(model.ask(question).json().path("sum").isInt()).isTrue();
    assertThatThrownBy(() -> question.withSchema("{"))
        .asInstanceOf(type(ChatException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST))
        .satisfies(e -> assertThat(e).hasMessageContaining("schema"));
    Answer cut = model.ask(question.withMaxTokens(2));
    assertThatThrownBy(cut::json).isInstanceOf(ChatException.class);
  }

  @Test
  void callsOfToolsAreTold() {
    Question question =
        greedy("What time is it in Greenfield?")
            .withTool(
                "get_time",
                "Tells the time in a town.",
                "{\"type\": \"object\", \"properties\": {\"town\": {\"type\": \"string\"}}}")
            .withToolChoice(new ToolChoice.Named("get_time"));
    Answer answer = model.ask(question);
    assertThat(answer.reason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(answer.calls()).hasSize(1);
    CalledTool call = answer.calls().getFirst();
    assertThat(call.name()).isEqualTo("get_time");
    assertThat(call.json().isObject()).isTrue();
    assertThat(call.id()).isNotEmpty();
    assertThat(model.countTokens(question)).isEqualTo(answer.usage().promptTokens());
  }

  @Test
  void aConversationRemembers() {
    Conversation conversation = model.converse(Question.EMPTY.withTemperature(0));
    conversation.ask("What is 17 + 25?");
    Answer second = conversation.ask("What is 48 + 36?");
    assertThat(conversation.messages()).hasSize(4);
    assertThat(second.usage().promptTokens())
        .isGreaterThan(model.countTokens(Question.of("What is 48 + 36?")));
  }

  @Test
  void textsBecomeVectorsAndTokens() {
    float[] vector = model.embed("What is 17 + 25?");
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    assertThat(squares).isBetween(0.999, 1.001);
    assertThat(model.embed("What is 17 + 25?")).containsExactly(vector);
    assertThat(model.embed("What is 17 + 25?", Pooling.LAST).vector()).isNotEqualTo(vector);
    assertThat(model.detokenize(model.tokenize("a story"))).contains("a story");
    assertThat(model.countTokens("a story")).isEqualTo(model.tokenize("a story").size());
  }

  @Test
  void manyVirtualThreadsGetWhatOneGets() throws InterruptedException, ExecutionException {
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      questions.add(Question.of("What is 2%d + 31?".formatted(i)).withSeed(i).withMaxTokens(12));
    }
    List<String> alone = questions.stream().map(q -> model.ask(q).text()).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> together = new ArrayList<>();
      for (Question question : questions) {
        together.add(threads.submit(() -> model.ask(question).text()));
      }
      for (int i = 0; i < alone.size(); i++) {
        assertThat(together.get(i).get()).as("%s", questions.get(i)).isEqualTo(alone.get(i));
      }
    }
  }

  @Test
  void anInterruptOrACancellationEndsAnAnswer() throws InterruptedException {
    AtomicReference<Answer> interrupted = new AtomicReference<>();
    CountDownLatch begun = new CountDownLatch(1);
    Thread thread =
        Thread.startVirtualThread(
            () -> interrupted.set(model.stream(endless(), event -> awaitInterrupt(begun))));
    begun.await();
    thread.interrupt();
    thread.join();
    assertThat(interrupted.get().reason()).isEqualTo(FinishReason.CANCELLED);
    Cancellation cancellation = new Cancellation();
    Answer cancelled =
        model.answer(endless().request(), event -> cancellation.cancel(), cancellation);
    assertThat(cancelled.reason()).isEqualTo(FinishReason.CANCELLED);
  }

  /// However late the interrupt comes, the answer has not ended before it. It is there once, and
  /// events after it go by.
  private static void awaitInterrupt(CountDownLatch begun) {
    if (begun.getCount() == 0) {
      return;
    }
    begun.countDown();
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// The end mark is made impossible.
  private static Question endless() {
    int end = model.tokenize("<|im_end|>").getLast();
    Question question = Question.of(STORY);
    return question.withSampling(question.sampling().withLogitBias(Map.of(end, -100f)));
  }

  @Test
  void whatAConsumerThrowsEndsTheAnswer() {
    IllegalStateException mine = new IllegalStateException("enough");
    assertThatThrownBy(() ->
            model.stream(
                endless(),
                event -> {
                  if (event instanceof ChatEvent.TextDelta) {
                    throw mine;
                  }
                }))
        .isSameAs(mine);
    assertThat(model.ask(greedy("What is 17 + 25?")).text()).contains("42");
  }

  @Test
  void everyErrorIsAChatException(@TempDir Path folder) throws IOException {
    assertKind(Kind.MODEL_NOT_FOUND, () -> FreeholdModel.open("no-such-model"), "no-such-model");
    assertKind(
        Kind.MODEL_NOT_FOUND, () -> FreeholdModel.open(folder.resolve("none.gguf")), "none.gguf");
    Path damaged = Files.writeString(folder.resolve("damaged.gguf"), "GGUF and then nothing");
    assertKind(Kind.FAILED, () -> FreeholdModel.open(damaged), "damaged.gguf");
    ModelSettings settings = ModelSettings.defaults();
    assertKind(
        Kind.INVALID_REQUEST,
        () -> FreeholdModel.open("demo", settings.withContextLength(0)),
        "context");
    assertKind(
        Kind.FAILED, () -> FreeholdModel.open("demo", settings.withContextLength(1 << 20)), "made");
    assertKind(
        Kind.FAILED, () -> FreeholdModel.open("demo", settings.withMemoryBytes(1000)), "free");
    assertKind(Kind.CONTEXT_EXCEEDED, () -> model.ask("word ".repeat(3000)), "tokens");
    assertKind(Kind.INVALID_REQUEST, () -> model.ask(Question.EMPTY), "messages");
    assertKind(Kind.INVALID_REQUEST, () -> Question.of("a").withTemperature(-1), "temperature");
    assertKind(Kind.INVALID_REQUEST, () -> model.detokenize(List.of(1 << 20)), "vocabulary");
  }

  private static void assertKind(
      Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable asked, String told) {
    assertThatThrownBy(asked)
        .asInstanceOf(type(ChatException.class))
        .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .satisfies(e -> assertThat(e).hasMessageContaining(told));
  }

  @Test
  void aClosedModelAnswersNoMore() {
    FreeholdModel closed =
        FreeholdModel.open("demo", ModelSettings.defaults().withContextLength(64).withParallel(1));
    assertThat(closed.name()).isEqualTo("demo");
    closed.close();
    assertKind(Kind.UNAVAILABLE, () -> closed.ask("Hello!"), "");
    assertKind(Kind.UNAVAILABLE, () -> closed.embed("Hello!"), "closed");
    closed.close();
  }
}
