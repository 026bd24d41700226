package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import dev.freehold.engine.ReceiptCheck.Difference;
import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.engine.receipt.Origin;
import dev.freehold.engine.receipt.Receipt;
import dev.freehold.engine.receipt.ReceiptReader;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.tensor.StrictJson;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Receipts of the demo model's answers hold when they are computed again, and say where they do
/// not once they were changed.
class ReceiptTest {
  private static final Path DEMO =
      Path.of(System.getProperty("freehold.root"), "cli/src/main/seedling/seedling.gguf");
  private static final String DIGEST = "5eed".repeat(16);
  private static final Sampling WILD =
      Sampling.UNSAID
          .with(SamplingParameter.TEMPERATURE, 3)
          .with(SamplingParameter.TOP_K, 50)
          .with(SamplingParameter.REPETITION_PENALTY, 1.1)
          .withLogitBias(Map.of(65, 0.25f))
          .withSeed(-7);
  private static final List<Message> QUESTION =
      List.of(Message.system("Be brief."), Message.user("What is 47 + 38?"));
  private static final Tool TIMER =
      new Tool(
          "set_timer",
          "sets a timer",
          json(
              "{\"type\": \"object\", \"properties\": {\"minutes\": {\"type\": \"integer\","
                  + " \"minimum\": 1, \"maximum\": 90}}, \"required\": [\"minutes\"],"
                  + " \"additionalProperties\": false}"));

  private Model model;
  private LocalModel local;
  private LocalBackend backend;

  private static JsonNode json(String text) {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "test");
  }

  /// Names one file of which nothing but the digest counts.
  private record KnownOrigin(CompletableFuture<List<ModelFile>> files) implements Origin {
    @Override
    public String engineVersion() {
      return "1.2.3";
    }
  }

  @BeforeEach
  void open() {
    model = Model.open(DEMO, ModelOptions.of(KernelOptions.defaults().withThreads(1)));
    List<ModelFile> files = List.of(new ModelFile("seedling.gguf", 5, DIGEST));
    local =
        new LocalModel(
            "demo",
            model,
            Tokenizer.fromGguf(model.store().metadata()),
            ChatTemplates.fromGguf(model.store().metadata()),
            Sampling.UNSAID.with(SamplingParameter.FREQUENCY_PENALTY, 0.1),
            new KnownOrigin(CompletableFuture.completedFuture(files)));
    backend = backend(local);
  }

  private static LocalBackend backend(LocalModel local) {
    Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    return new LocalBackend(local, new EngineOptions(OptionalInt.of(512), 64, 1L << 30, clock));
  }

  @AfterEach
  void close() {
    backend.close();
    model.close();
  }

  private static ChatRequest request(Input input, Sampling sampling, Output output) {
    return new ChatRequest(
        "",
        input,
        sampling,
        new Ending(List.of("never written"), OptionalInt.of(24)),
        output.withReceipt(true),
        Caller.LOCAL);
  }

  private static Input conversation(List<Tool> tools) {
    return new Input.Conversation(
        QUESTION, tools, Map.of("enable_thinking", json("false"), "7", json("{\"b\": 1.50}")));
  }

  /// Answers end with their last token only.
  private Sampling endless() {
    return WILD.withLogitBias(
        local.tokenizer().stopIds().stream().collect(Collectors.toMap(id -> id, id -> -100f)));
  }

  private ChatEvent.Finished ask(ChatRequest request) {
    List<ChatEvent> events = new ArrayList<>();
    backend.answer(request, events::add, new Cancellation());
    return (ChatEvent.Finished) events.getLast();
  }

  private ObjectNode receipt(ChatRequest request) {
    return (ObjectNode) ask(request).receipt().orElseThrow();
  }

  private Optional<Difference> check(JsonNode receipt) {
    JsonNode sent = json(receipt.toString());
    return new ReceiptCheck(ReceiptReader.read(sent).receipt(), local, 1L << 30).check();
  }

  private static void holds(Optional<Difference> difference) {
    assertThat(difference).isEmpty();
  }

  @Test
  void answersOfEveryKindHold() {
    Output free = Output.FREE;
    OutputFormat schema =
        new OutputFormat.JsonSchema(
            json(
                "{\"type\": \"object\", \"properties\": {\"sum\": {\"type\": \"integer\"}},"
                    + " \"required\": [\"sum\"], \"additionalProperties\": false}"));
    Input plain = conversation(List.of());
    List<ChatRequest> requests =
        List.of(
            request(plain, WILD, free),
            request(plain, Sampling.greedy(), free),
            request(plain, WILD, Output.AS_WRITTEN),
            request(plain, WILD.withSeed(Long.MIN_VALUE), free.withFormat(schema)),
            request(plain, WILD, free.withFormat(new OutputFormat.Regex("[a-f]{3}"))),
            request(plain, WILD, free.withFormat(new OutputFormat.Choice(List.of("yes", "no")))),
            request(conversation(List.of(TIMER)), WILD, free),
            request(
                conversation(List.of(TIMER)),
                WILD,
                free.withTools(new ToolChoice.Named("set_timer"), false)),
            request(new Input.Text("Once upon"), WILD, Output.AS_WRITTEN),
            request(new Input.Tokens(List.of(70, 71, 72)), WILD, Output.AS_WRITTEN));
    for (ChatRequest request : requests) {
      ObjectNode receipt = receipt(request);
      assertThat(ReceiptReader.read(json(receipt.toString())).isIntact()).isTrue();
      holds(check(receipt));
    }
  }

  @Test
  void aReceiptIsTheSameInCompanyAndWithWhatWasReused() throws Exception {
    ChatRequest request = request(conversation(List.of()), WILD, Output.FREE);
    ObjectNode alone = receipt(request);
    assertThat(ask(request).usage().reusedTokens()).isPositive();
    List<Future<ObjectNode>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        ChatRequest other =
            request(conversation(List.of()), WILD.withSeed(i), Output.FREE)
                .withCaller(new Caller("c" + i, Caller.Priority.NORMAL, true));
        answers.add(threads.submit(() -> receipt(other)));
        answers.add(threads.submit(() -> receipt(request)));
      }
    }
    for (int i = 0; i < answers.size(); i++) {
      if (i % 2 == 1) {
        assertThat(answers.get(i).get()).isEqualTo(alone);
      } else {
        holds(check(answers.get(i).get()));
      }
    }
  }

  @Test
  void recurrentModelsGiveTheSameReceiptWithWhatWasReused() {
    try (Model recurrent = Goldens.open("qwen3.5")) {
      LocalModel other = Goldens.local(recurrent, true).withOrigin(local.origin());
      ChatRequest request = request(conversation(List.of()), WILD, Output.FREE);
      try (LocalBackend recurrentBackend = backend(other)) {
        List<ChatEvent> events = new ArrayList<>();
        recurrentBackend.answer(request, events::add, new Cancellation());
        ChatEvent.Finished first = (ChatEvent.Finished) events.getLast();
        recurrentBackend.answer(request, events::add, new Cancellation());
        ChatEvent.Finished again = (ChatEvent.Finished) events.getLast();
        assertThat(again.usage().reusedTokens()).isPositive();
        assertThat(again.receipt()).isEqualTo(first.receipt());
        Receipt receipt = ReceiptReader.read(first.receipt().orElseThrow()).receipt();
        holds(new ReceiptCheck(receipt, other, 1L << 30).check());
      }
    }
  }

  @Test
  void whatAReceiptSaysIsWhatWasAskedAndAnswered() {
    ChatEvent.Finished finished = ask(request(conversation(List.of(TIMER)), WILD, Output.FREE));
    Receipt receipt = ReceiptReader.read(finished.receipt().orElseThrow()).receipt();

    assertThat(receipt.engineVersion()).isEqualTo("1.2.3");
    assertThat(receipt.arithmetic()).isEqualTo(new Receipt.Arithmetic("fh1", "int8", "f16"));
    assertThat(receipt.model().files().getFirst().sha256()).isEqualTo(DIGEST);
    assertThat(receipt.question().request().input()).isEqualTo(conversation(List.of(TIMER)));
    assertThat(receipt.question().request().sampling())
        .isEqualTo(WILD.with(SamplingParameter.FREQUENCY_PENALTY, 0.1));
    assertThat(receipt.question().prompt()).hasSize(finished.usage().promptTokens());
    assertThat(receipt.answer().tokens()).hasSize(finished.usage().completionTokens());
    assertThat(receipt.answer().finish()).isEqualTo(finished.reason());
    assertThat(finished.receipt().orElseThrow().toString()).doesNotContain("reused");
  }

  @Test
  void messagesOfAllRolesAreKept() {
    List<Message> all =
        List.of(
            new Message.Developer(
                List.of(new Part.Text("a"), new Part.Text("\u2028\"\ud83d\ude00"))),
            Message.user("b"),
            new Message.Assistant(
                List.of(), "hm", List.of(new ToolCall("id", "set_timer", json("{\"minutes\":2}")))),
            new Message.ToolResult(List.of(new Part.Text("done")), "id", "set_timer"),
            Message.user("c"));
    Input input = new Input.Conversation(all, List.of(TIMER), Map.of());
    ObjectNode receipt = receipt(request(input, WILD, Output.FREE));

    assertThat(ReceiptReader.read(json(receipt.toString())).receipt().question().request().input())
        .isEqualTo(input);
    holds(check(receipt));
  }

  @Test
  void whereNobodyAsksThereIsNone() {
    ChatRequest request = request(conversation(List.of()), WILD, Output.FREE);
    assertThat(ask(request.withOutput(Output.FREE)).receipt()).isEmpty();
  }

  @Test
  void aModelOfUnknownOriginGivesNone() {
    try (LocalBackend unknown = backend(local.withOrigin(Origin.UNKNOWN))) {
      ChatRequest request = request(conversation(List.of()), WILD, Output.FREE);
      assertThatThrownBy(() -> unknown.answer(request, event -> {}, new Cancellation()))
          .isInstanceOfSatisfying(
              ChatException.class,
              e -> assertThat(e.kind()).isEqualTo(ChatException.Kind.NOT_SUPPORTED));
    }
  }

  @Test
  void theEndOfAnAnswerWaitsForTheDigestUntilItIsCancelled() throws Exception {
    CompletableFuture<List<ModelFile>> files = new CompletableFuture<>();
    Cancellation cancellation = new Cancellation();
    try (LocalBackend slow = backend(local.withOrigin(new KnownOrigin(files)));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ChatRequest request = request(conversation(List.of()), WILD, Output.FREE);
      List<ChatEvent> events = new ArrayList<>();
      Future<?> cancelled =
          threads.submit(() ->
              slow.answer(
                  request,
                  event -> {
                    events.add(event);
                    if (event instanceof ChatEvent.Notice) {
                      cancellation.cancel();
                    }
                  },
                  cancellation));
      cancelled.get();
      assertThat(((ChatEvent.Finished) events.getLast()).reason())
          .isEqualTo(FinishReason.CANCELLED);
      files.completeExceptionally(new EngineException("the disk is gone"));
      List<ChatEvent> failing = new ArrayList<>();
      slow.answer(request, failing::add, new Cancellation());
      assertThat(((ChatEvent.Failed) failing.getLast()).failure())
          .hasMessageContaining("the disk is gone");
    }
  }

  @Test
  void aChangedTokenIsNamedWithItsPlace() {
    ObjectNode receipt = receipt(request(conversation(List.of()), WILD, Output.FREE));
    ArrayNode tokens = (ArrayNode) receipt.at("/answer/tokens");
    int right = tokens.get(3).intValue();
    tokens.set(3, right + 1);
    Difference difference = check(receipt).orElseThrow();
    assertThat(difference.claim()).isEqualTo("answer.tokens[3]");
    assertThat(difference.claimed()).startsWith((right + 1) + " \"");
    assertThat(difference.found()).startsWith(right + " \"");
    assertThat(ReceiptReader.read(receipt).isIntact()).isFalse();

    tokens.set(3, right);
    holds(check(receipt));
    tokens.remove(tokens.size() - 1);
    assertThat(check(receipt).orElseThrow().claimed()).isEqualTo("the end");
    tokens.add(1).add(Integer.MAX_VALUE);
    assertThat(check(receipt).orElseThrow().claim()).startsWith("answer.tokens[");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /request/sampling | seed | "8" | answer.tokens[
          /request/sampling | temperature | 1.9 | answer.tokens[
          /request/ending | max_tokens | 23 | answer.tokens[23]
          /request/ending | stop | ["e", "a", "1"] | answer.tokens[
          /request/input/messages/1 | content | ["What is 1 + 1?"] | request.prompt[
          /request | time | "2020-01-01T00:00" | nothing
          /arithmetic | kv | "f32" | arithmetic
          /arithmetic | name | "fh2" | arithmetic
          /model | template_sha256 | "ZEROS" | model.template_sha256
          /answer | text_sha256 | "ZEROS" | answer.text_sha256
          /answer | reasoning_sha256 | "ZEROS" | answer.reasoning_sha256
          /answer | reasoning_tokens | 9 | answer.reasoning_tokens
          /answer | finish | "end" | answer.finish
          /answer | stop | "x" | answer.stop
          """)
  void aChangedClaimIsNamed(String where, String field, String value, String claim) {
    ObjectNode receipt = receipt(request(conversation(List.of()), endless(), Output.FREE));
    ((ObjectNode) receipt.at(where)).set(field, json(value.replace("ZEROS", "0".repeat(64))));
    assertThat(ReceiptReader.read(receipt).isIntact()).isFalse();
    if (claim.equals("nothing")) {
      holds(check(receipt));
    } else {
      assertThat(check(receipt).orElseThrow().claim()).startsWith(claim);
    }
  }

  @Test
  void filesAreComparedByTheirDigests() {
    ModelFile one = new ModelFile("a", 1, DIGEST);
    ModelFile renamed = new ModelFile("b", 1, DIGEST);
    ModelFile other = new ModelFile("a", 1, "0".repeat(64));
    assertThat(ReceiptCheck.files(List.of(one), List.of(renamed))).isEmpty();
    assertThat(ReceiptCheck.files(List.of(one), List.of(other)).orElseThrow().claim())
        .isEqualTo("model.files[0].sha256");
    assertThat(ReceiptCheck.files(List.of(one), List.of(one, one))).isPresent();
  }
}
