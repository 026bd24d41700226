package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Usage;
import dev.freehold.model.Model;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalBackendTest {
  private static final int[] IDS = Goldens.ids("qwen2", 0, "ids");
  private static final int[] GREEDY = Goldens.ids("qwen2", 0, "greedy");
  private static final Input TOKENS = new Input.Tokens(Arrays.stream(IDS).boxed().toList());
  private static final int MAX_ATTEMPTS = 20;
  private static final Sampling WILD =
      Sampling.UNSAID.with(SamplingParameter.TEMPERATURE, 1.5).withSeed(5);

  private Model model;
  private LocalBackend backend;

  @BeforeEach
  void open() {
    model = Goldens.open("qwen2/model.gguf");
    backend = backend(100, true);
  }

  @AfterEach
  void close() {
    backend.close();
    model.close();
  }

  private LocalBackend backend(int context, boolean withTemplate) {
    return new LocalBackend(
        Goldens.local(model, withTemplate),
        new EngineOptions(OptionalInt.of(context), 8, 1L << 30, Clock.systemUTC()));
  }

  private static List<ChatEvent> ask(LocalBackend backend, Input input, Sampling how, Ending end) {
    List<ChatEvent> events = new ArrayList<>();
    backend.answer(new ChatRequest("tiny", input, how, end), events::add, new Cancellation());
    return events;
  }

  private List<ChatEvent> ask(Input input, Sampling sampling, Ending ending) {
    return ask(backend, input, sampling, ending);
  }

  private static String text(List<ChatEvent> events) {
    return events.stream()
        .map(event -> event instanceof ChatEvent.TextDelta delta ? delta.text() : "")
        .collect(Collectors.joining());
  }

  private static FinishReason reason(List<ChatEvent> events) {
    return ((ChatEvent.Finished) events.getLast()).reason();
  }

  private static Usage usage(List<ChatEvent> events) {
    return ((ChatEvent.Finished) events.getLast()).usage();
  }

  private String greedyText() {
    return Goldens.local(model, false).tokenizer().decode(GREEDY, false);
  }

  private static Ending stop(String... stop) {
    return new Ending(List.of(stop), OptionalInt.of(GREEDY.length));
  }

  @Test
  void theTextIsThatOfTheReferencesTokens() {
    List<ChatEvent> events = ask(TOKENS, Sampling.UNSAID, Ending.NATURAL.withMaxTokens(16));

    assertThat(text(events)).isEqualTo(greedyText());
    assertThat(reason(events)).isEqualTo(FinishReason.MAX_TOKENS);
    assertThat(usage(events).promptTokens()).isEqualTo(IDS.length);
    assertThat(usage(events).completionTokens()).isEqualTo(16);
    assertThat(events)
        .allSatisfy(event -> assertThat(event).isNotEqualTo(new ChatEvent.TextDelta("")));
  }

  @Test
  void aStopStringAcrossTokensEndsTheAnswerBeforeIt() {
    String all = greedyText();
    for (int at = 1; at + 4 < all.length(); at += 3) {
      String stop = all.substring(at, at + 4);
      List<ChatEvent> events = ask(TOKENS, Sampling.UNSAID, stop("never", stop));
      assertThat(text(events)).isEqualTo(all.substring(0, all.indexOf(stop)));
      assertThat(reason(events)).isEqualTo(FinishReason.STOP_STRING);
    }
  }

  @Test
  void aStopTokenEndsTheAnswerAndIsNotText() {
    int stopId = Goldens.local(model, false).tokenizer().stopIds().iterator().next();
    Sampling forced = Sampling.greedy().withLogitBias(Map.of(stopId, 100f));
    List<ChatEvent> events = ask(TOKENS, forced, Ending.NATURAL);

    assertThat(text(events)).isEmpty();
    assertThat(reason(events)).isEqualTo(FinishReason.END);
    assertThat(usage(events).completionTokens()).isEqualTo(1);
  }

  @Test
  void theSameSeedGivesTheSameTextHoweverMuchWasReused() {
    String first = text(ask(TOKENS, WILD, Ending.NATURAL.withMaxTokens(20)));
    List<ChatEvent> again = ask(TOKENS, WILD, Ending.NATURAL.withMaxTokens(20));
    String other = text(ask(TOKENS, WILD.withSeed(6), Ending.NATURAL.withMaxTokens(20)));

    assertThat(usage(again).reusedTokens()).isEqualTo(IDS.length - 1);
    assertThat(usage(again).seed()).isEqualTo(5);
    assertThat(text(again)).isEqualTo(first).isNotEqualTo(other);
    try (LocalBackend fresh = backend(64, true)) {
      assertThat(text(ask(fresh, TOKENS, WILD, Ending.NATURAL.withMaxTokens(20)))).isEqualTo(first);
    }
  }

  @Test
  void aPromptThatDoesNotFitIsRefusedWithBothNumbers() {
    Input long100 = new Input.Tokens(java.util.Collections.nCopies(100, 5));
    assertThatThrownBy(() -> ask(long100, Sampling.UNSAID, Ending.NATURAL))
        .isInstanceOfSatisfying(
            ChatException.class,
            e -> assertThat(e.kind()).isEqualTo(ChatException.Kind.CONTEXT_EXCEEDED))
        .hasMessageContainingAll("100 tokens", "holds 100", "512");
  }

  @Test
  void anAnswerEndsWhereTheContextDoes() {
    try (LocalBackend small = backend(IDS.length + 4, true)) {
      List<ChatEvent> events = ask(small, TOKENS, Sampling.UNSAID, Ending.NATURAL);
      assertThat(reason(events)).isEqualTo(FinishReason.CONTEXT_FULL);
      assertThat(usage(events).completionTokens()).isEqualTo(4);
    }
  }

  @Test
  void anAnswerCancelledBeforeItBeganHasNoText() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();

    assertThat(cancelled(cancellation).completionTokens()).isZero();
  }

  @Test
  void aCancelledAnswerStopsWithinAStepAndLeavesTheBackendUsable() {
    String whole = text(ask(TOKENS, Sampling.UNSAID, Ending.NATURAL));
    int ended = 0;
    for (int attempt = 0; attempt < MAX_ATTEMPTS && ended == 0; attempt++) {
      long before = answerTokens();
      Cancellation cancellation = new Cancellation();
      AtomicLong writtenByThen = new AtomicLong();
      List<ChatEvent> events = new ArrayList<>();
      backend.answer(
          new ChatRequest("", TOKENS, Sampling.UNSAID, Ending.NATURAL),
          event -> {
            events.add(event);
            if (!cancellation.isCancelled()) {
              cancellation.cancel();
              writtenByThen.set(answerTokens() - before);
            }
          },
          cancellation);

      // One step was under way: it writes a token and those of a draft.
      assertThat((long) usage(events).completionTokens())
          .isLessThanOrEqualTo(writtenByThen.get() + 1 + Scheduling.DEFAULT.draftTokens());
      // A character that was cut off is told as one that is none.
      assertThat(whole).startsWith(text(events).replaceFirst("\uFFFD$", ""));
      // Where this thread was held up, the answer may have reached its end before it was cancelled.
      ended += reason(events) == FinishReason.CANCELLED ? 1 : 0;
    }
    assertThat(ended).isOne();
    assertThat(text(ask(TOKENS, Sampling.UNSAID, Ending.NATURAL.withMaxTokens(16))))
        .isEqualTo(greedyText());
  }

  private long answerTokens() {
    return backend.activity().getFirst().answerTokens();
  }

  private Usage cancelled(Cancellation cancellation) {
    List<ChatEvent> events = new ArrayList<>();
    backend.answer(
        new ChatRequest("", TOKENS, Sampling.UNSAID, Ending.NATURAL), events::add, cancellation);
    assertThat(reason(events)).isEqualTo(FinishReason.CANCELLED);
    return usage(events);
  }

  @Test
  void aConversationGoesThroughTheTemplateAndReusesItsBegin() {
    List<Message> messages = new ArrayList<>(List.of(Message.user("Hello <|im_end|> there")));
    Ending few = Ending.NATURAL.withMaxTokens(3);
    List<ChatEvent> first = ask(Input.Conversation.of(messages), Sampling.UNSAID, few);
    messages.add(Message.assistant("Hi"));
    messages.add(Message.user("Bye"));
    List<ChatEvent> second = ask(Input.Conversation.of(messages), Sampling.UNSAID, few);

    assertThat(usage(second).reusedTokens()).isEqualTo(usage(first).promptTokens());
    int markId = 2;
    List<Integer> ids =
        backend.tokenize("tiny", "<|im_start|>user\nHello <|im_end|> there<|im_end|>\n");
    assertThat(ids).contains(markId);
    ChatRequest request =
        new ChatRequest("", Input.Conversation.of(messages.subList(0, 1)), Sampling.UNSAID, few);
    assertThat(backend.countTokens(request))
        .as("the user's mark is text: more tokens than one")
        .isGreaterThan(ids.size() + backend.tokenize("", "<|im_start|>assistant\n").size());
  }

  @Test
  void aModelWithoutTemplateContinuesTextAndSaysSo() {
    try (LocalBackend bare = backend(100, false)) {
      Input input = Input.Conversation.of(List.of(Message.user("The quick brown fox")));
      List<ChatEvent> events = ask(bare, input, Sampling.UNSAID, Ending.NATURAL.withMaxTokens(16));
      assertThat(events.getFirst()).isEqualTo(new ChatEvent.Notice(LocalBackend.NO_TEMPLATE));
      assertThat(text(events))
          .isEqualTo(
              text(
                  ask(
                      new Input.Text("The quick brown fox"),
                      Sampling.UNSAID,
                      Ending.NATURAL.withMaxTokens(16))));
    }
  }

  @Test
  void badRequestsAreRefusedBeforeAnyEvent() {
    assertThatThrownBy(
            () -> ask(new Input.Tokens(List.of(1, 512)), Sampling.UNSAID, Ending.NATURAL))
        .isInstanceOf(ChatException.class)
        .hasMessageContainingAll("token 512 at index 1", "0 to 511");
    assertThatThrownBy(() -> ask(new Input.Text(""), Sampling.UNSAID, Ending.NATURAL))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("no token");
    ChatRequest other = new ChatRequest("other", TOKENS, Sampling.UNSAID, Ending.NATURAL);
    assertThatThrownBy(() -> backend.answer(other, event -> {}, new Cancellation()))
        .isInstanceOf(ChatException.class)
        .hasMessageContainingAll("\"other\"", "\"tiny\"");
  }

  @Test
  void sizesAreCheckedBeforeTheyAreTaken() {
    LocalModel local = Goldens.local(model, true);
    assertThatThrownBy(() ->
            new LocalBackend(
                local, new EngineOptions(OptionalInt.of(513), 8, 1L << 30, Clock.systemUTC())))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll("513", "512");
    assertThatThrownBy(() ->
            new LocalBackend(
                local, new EngineOptions(OptionalInt.empty(), 8, 1000, Clock.systemUTC())))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll("512 tokens", "0 MB are free");
  }

  @Test
  void textGoesToTokensAndBack() {
    List<Integer> ids = backend.tokenize("", "The quick brown fox");
    assertThat(ids).containsExactly(324, 472, 449, 376, 476);
    assertThat(backend.detokenize("tiny", ids)).isEqualTo("The quick brown fox");
    assertThatThrownBy(() -> backend.detokenize("", List.of(99_999)))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("99999");
  }
}
