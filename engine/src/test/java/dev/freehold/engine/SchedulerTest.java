package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freehold.chat.Activity;
import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Output;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.model.Model;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests share a model without a trace of each other in their answers, and reuse what was
/// computed for their own caller.
class SchedulerTest {
  private static final long SEED = 17;
  private static final int CONTEXT = 160;
  private static final int REQUESTS = 32;
  private static final long MEMORY = 1L << 30;

  /// An answer: its text, why it ended, and what it took.
  private record Answer(String text, FinishReason reason, Usage usage) {}

  private static LocalBackend backend(Model model, int step, long memory, Scheduling scheduling) {
    return new LocalBackend(
        Goldens.local(model, true),
        new EngineOptions(OptionalInt.of(CONTEXT), step, memory, Clock.systemUTC(), scheduling));
  }

  private static LocalBackend backend(Model model) {
    return backend(model, 16, MEMORY, Scheduling.DEFAULT);
  }

  private static Answer ask(LocalBackend backend, ChatRequest request) {
    StringBuilder text = new StringBuilder();
    List<ChatEvent> last = new ArrayList<>();
    backend.answer(
        request,
        event -> {
          if (event instanceof ChatEvent.TextDelta delta) {
            text.append(delta.text());
          }
          last.add(event);
        },
        new Cancellation());
    ChatEvent.Finished finished = (ChatEvent.Finished) last.getLast();
    return new Answer(text.toString(), finished.reason(), finished.usage());
  }

  private static ChatRequest request(int[] prompt, Sampling sampling, int maxTokens, Caller who) {
    return new ChatRequest(
        "",
        new Input.Tokens(Arrays.stream(prompt).boxed().toList()),
        sampling,
        Ending.NATURAL.withMaxTokens(maxTokens),
        Output.AS_WRITTEN,
        who);
  }

  private static ChatRequest greedy(int[] prompt, int maxTokens) {
    return request(prompt, Sampling.greedy(), maxTokens, Caller.LOCAL);
  }

  /// Requests that begin alike, differently, repeat themselves, with and without chance.
  private static List<ChatRequest> mixed(Random random) {
    int[] shared = random.ints(70, 3, 500).toArray();
    List<ChatRequest> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      int own = 1 + random.nextInt(30);
      int[] prompt =
          i % 2 == 0 ? random.ints(own, 3, 500).toArray() : Arrays.copyOf(shared, 70 + own);
      if (i % 2 == 1) {
        System.arraycopy(random.ints(own, 3, 500).toArray(), 0, prompt, 70, own);
      }
      if (i % 3 == 0) {
        prompt = IntStream.range(0, 40).map(k -> 5 + k % 7).toArray();
      }
      Sampling sampling =
          i % 4 == 0
              ? Sampling.greedy()
              : Sampling.UNSAID
                  .with(SamplingParameter.TEMPERATURE, 0.5 + i % 5 * 0.2)
                  .with(SamplingParameter.REPETITION_PENALTY, 1 + i % 3 * 0.1)
                  .withSeed(i);
      Caller caller = new Caller(i % 5 == 0 ? "other" : "", Caller.Priority.values()[i % 3], true);
      requests.add(request(prompt, sampling, 1 + random.nextInt(30), caller));
    }
    return requests;
  }

  private static List<Answer> together(LocalBackend backend, List<ChatRequest> requests)
      throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> futures = new ArrayList<>();
      for (ChatRequest request : requests) {
        futures.add(threads.submit(() -> ask(backend, request)));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2/model.gguf", "qwen3.5"})
  void answersAreTheSameAloneAndAmong32OthersWithAndWithoutReuse(String file) throws Exception {
    List<ChatRequest> requests = mixed(new Random(SEED));
    try (Model model = Goldens.open(file)) {
      List<Answer> alone = new ArrayList<>();
      Scheduling plain = Scheduling.DEFAULT.withReuse(false).withDraftTokens(0);
      try (LocalBackend backend = backend(model, 64, MEMORY, plain)) {
        requests.forEach(request -> alone.add(ask(backend, request)));
      }
      assertThat(alone).extracting(answer -> answer.usage().reusedTokens()).containsOnly(0);
      for (boolean reuse : new boolean[] {true, false}) {
        for (int drafts : new int[] {0, 6}) {
          Scheduling shared = Scheduling.DEFAULT.withReuse(reuse).withDraftTokens(drafts);
          try (LocalBackend backend = backend(model, 16, MEMORY, shared)) {
            List<Answer> among = together(backend, requests);
            assertThat(among)
                .extracting(Answer::text)
                .containsExactlyElementsOf(alone.stream().map(Answer::text).toList());
            assertThat(among)
                .extracting(Answer::reason)
                .containsExactlyElementsOf(alone.stream().map(Answer::reason).toList());
            Activity done = backend.activity().getFirst();
            assertThat(done.stepSequences()).isGreaterThan(done.steps());
            assertThat(done.prefixHitTokens() > 0).isEqualTo(reuse);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2/model.gguf", "qwen3.5"})
  void aNextTurnComputesOnlyWhatIsNew(String file) {
    int[] text = IntStream.range(0, 90).map(i -> 3 + i * 37 % 400).toArray();
    try (Model model = Goldens.open(file);
        LocalBackend backend = backend(model)) {
      Answer first = ask(backend, greedy(Arrays.copyOf(text, 60), 5));
      assertThat(first.usage().reusedTokens()).isZero();
      Answer second = ask(backend, greedy(text, 5));
      assertThat(second.usage().reusedTokens()).isBetween(59, 60);
      Answer again = ask(backend, greedy(text, 5));
      assertThat(again.usage().reusedTokens()).isEqualTo(89);
      assertThat(again.text()).isEqualTo(second.text());
    }
  }

  @Test
  void prefixesAreNotSharedBetweenCallersNorKeptWhereTheyMayNotBe() {
    int[] text = IntStream.range(0, 90).map(i -> 3 + i * 37 % 400).toArray();
    try (Model model = Goldens.open("qwen2/model.gguf");
        LocalBackend backend = backend(model)) {
      Caller ann = new Caller("ann", Caller.Priority.NORMAL, true);
      Caller bob = new Caller("bob", Caller.Priority.NORMAL, true);
      Caller secret = new Caller("ann", Caller.Priority.NORMAL, false);
      ask(backend, request(text, Sampling.greedy(), 3, secret));
      assertThat(reused(backend, text, ann)).isZero();
      assertThat(reused(backend, text, bob)).isZero();
      assertThat(reused(backend, text, secret)).isZero();
      assertThat(reused(backend, text, ann)).isEqualTo(89);
    }
  }

  private static int reused(LocalBackend backend, int[] text, Caller caller) {
    return ask(backend, request(text, Sampling.greedy(), 3, caller)).usage().reusedTokens();
  }

  @Test
  void aRecurrentModelReusesABeginThatSeveralTextsShare() {
    int[] text = IntStream.range(0, 80).map(i -> 3 + i * 37 % 400).toArray();
    try (Model model = Goldens.open("qwen3.5");
        LocalBackend backend = backend(model)) {
      List<Integer> reused = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int[] own = Arrays.copyOf(text, 100);
        Arrays.fill(own, 80, 100, 450 + i);
        reused.add(ask(backend, greedy(own, 2)).usage().reusedTokens());
      }
      assertThat(reused).containsExactly(0, 0, 80);
    }
  }

  @Test
  void aRepetitiveTextIsGuessedAndTheAnswerStaysTheSame() {
    int[] text = IntStream.range(0, 60).map(i -> 5 + i % 4).toArray();
    try (Model model = Goldens.open("qwen2/model.gguf")) {
      String plain;
      Scheduling without = Scheduling.DEFAULT.withDraftTokens(0);
      try (LocalBackend backend = backend(model, 64, MEMORY, without)) {
        plain = ask(backend, greedy(text, 90)).text();
        assertThat(backend.activity().getFirst().draftTokens()).isZero();
      }
      try (LocalBackend backend = backend(model)) {
        assertThat(ask(backend, greedy(text, 90)).text()).isEqualTo(plain);
        Activity done = backend.activity().getFirst();
        assertThat(done.draftTokens()).isPositive();
        assertThat(done.drafts()).isBetween(1L, done.draftTokens());
        assertThat(done.answerTokens()).isEqualTo(90);
        assertThat(done.acceptedTokens()).isBetween(0L, done.draftTokens());
      }
    }
  }

  @Test
  void keptPrefixesGiveWayAndRequestsWaitForMemory() throws Exception {
    try (Model model = Goldens.open("qwen2/model.gguf")) {
      long one = model.stateBytes(CONTEXT);
      try (LocalBackend backend = backend(model, 16, 2 * one, Scheduling.DEFAULT)) {
        List<ChatRequest> requests = mixed(new Random(SEED));
        List<Answer> answers = together(backend, requests);
        assertThat(answers).hasSize(REQUESTS);
        Activity done = backend.activity().getFirst();
        assertThat(done.stateBytes()).isLessThanOrEqualTo(2 * one);
      }
    }
  }

  @Test
  void whatIsTooMuchForTheQueueIsRefusedWithATime() throws Exception {
    Scheduling narrow = Scheduling.DEFAULT.withMaxSequences(1).withQueueTokens(200);
    try (Model model = Goldens.open("qwen2/model.gguf");
        LocalBackend backend = backend(model, 16, MEMORY, narrow);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch done = new CountDownLatch(1);
      Cancellation cancellation = new Cancellation();
      int[] text = IntStream.range(0, 60).toArray();
      List<Future<?>> asked = new ArrayList<>();
      asked.add(
          threads.submit(
              () -> backend.answer(greedy(text, 90), event -> await(begun, done), cancellation)));
      begun.await();
      int refused = 0;
      for (int i = 0; i < 20; i++) {
        int[] other = {7, i};
        Future<Answer> answer = threads.submit(() -> ask(backend, greedy(other, 100)));
        Thread.sleep(20);
        if (answer.isDone() && answer.state() == Future.State.FAILED) {
          assertThat(answer.exceptionNow())
              .isInstanceOfSatisfying(
                  ChatException.class,
                  e -> {
                    assertThat(e.kind()).isEqualTo(ChatException.Kind.OVERLOADED);
                    assertThat(e.retryAfter().toSeconds()).isBetween(1L, 600L);
                  });
          refused++;
        }
        asked.add(answer);
      }
      done.countDown();
      assertThat(refused).isLessThan(20);
      for (Future<?> future : asked) {
        assertThat(future.isDone() || awaited(future)).isTrue();
      }
    }
  }

  private static boolean awaited(Future<?> future) {
    try {
      future.get();
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static void await(CountDownLatch begun, CountDownLatch done) {
    begun.countDown();
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aConsumerThatFailsEndsItsAnswerOnly() {
    try (Model model = Goldens.open("qwen2/model.gguf");
        LocalBackend backend = backend(model)) {
      int[] text = Goldens.ids("qwen2", 0, "ids");
      assertThatThrownBy(() ->
              backend.answer(
                  greedy(text, 100),
                  event -> {
                    throw new IllegalStateException("gone");
                  },
                  new Cancellation()))
          .hasMessage("gone");
      Answer answer = ask(backend, greedy(text, 16));
      int[] expected = Goldens.ids("qwen2", 0, "greedy");
      assertThat(answer.text())
          .isEqualTo(Goldens.local(model, false).tokenizer().decode(expected, false));
    }
  }

  @Test
  void closingEndsWhatIsGoingOn() throws Exception {
    try (Model model = Goldens.open("qwen2/model.gguf");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      LocalBackend backend = backend(model);
      CountDownLatch begun = new CountDownLatch(1);
      Future<Answer> answer =
          threads.submit(() -> {
            List<ChatEvent> events = new ArrayList<>();
            backend.answer(
                greedy(new int[] {5, 6, 7}, 150),
                event -> {
                  events.add(event);
                  begun.countDown();
                },
                new Cancellation());
            ChatEvent last = events.getLast();
            if (last instanceof ChatEvent.Failed failed) {
              throw failed.failure();
            }
            return new Answer("", ((ChatEvent.Finished) last).reason(), usage(last));
          });
      begun.await();
      backend.close();
      assertThat(awaited(answer)).isTrue();
      assertThatThrownBy(() -> ask(backend, greedy(new int[] {5}, 1)))
          .isInstanceOfSatisfying(
              ChatException.class,
              e -> assertThat(e.kind()).isEqualTo(ChatException.Kind.UNAVAILABLE));
    }
  }

  private static Usage usage(ChatEvent event) {
    return ((ChatEvent.Finished) event).usage();
  }

  @Test
  void toldProbabilitiesAreThoseOfTheTextWhateverTheSteps() {
    int[] text = IntStream.range(0, 50).map(i -> 3 + i * 37 % 400).toArray();
    try (Model model = Goldens.open("qwen2/model.gguf")) {
      List<List<TokenLogprob>> told = new ArrayList<>();
      for (int step : new int[] {5, 64}) {
        try (LocalBackend backend = backend(model, step, MEMORY, Scheduling.DEFAULT)) {
          ask(backend, greedy(text, 2));
          List<TokenLogprob> tokens = new ArrayList<>();
          Output output = Output.AS_WRITTEN.withLogprobs(new Logprobs(true, true, 3));
          backend.answer(
              greedy(text, 4).withOutput(output),
              event -> {
                switch (event) {
                  case ChatEvent.PromptLogprobs prompt -> tokens.addAll(prompt.tokens());
                  case ChatEvent.AnswerLogprob one -> tokens.add(one.token());
                  default -> {}
                }
              },
              new Cancellation());
          told.add(tokens);
        }
      }
      assertThat(told.getFirst()).isEqualTo(told.getLast()).hasSize(49 + 4);
      for (int i = 0; i < 49; i++) {
        assertThat(told.getFirst().get(i).chosen().id()).isEqualTo(text[i + 1]);
      }
      for (TokenLogprob token : told.getFirst()) {
        assertThat(token.best()).hasSize(3);
        assertThat(token.chosen().logprob())
            .isLessThanOrEqualTo(token.best().getFirst().logprob())
            .isNegative();
      }
      TokenLogprob answer = told.getFirst().get(49);
      assertThat(answer.chosen()).isEqualTo(answer.best().getFirst());
    }
  }

  @Test
  void vectorsHaveLengthOneAndDoNotDependOnTheSteps() {
    int[] text = IntStream.range(0, 50).map(i -> 3 + i * 37 % 400).toArray();
    Input input = new Input.Tokens(Arrays.stream(text).boxed().toList());
    try (Model model = Goldens.open("qwen2/model.gguf");
        LocalBackend small = backend(model, 7, MEMORY, Scheduling.DEFAULT);
        LocalBackend large = backend(model, 64, MEMORY, Scheduling.DEFAULT)) {
      List<float[]> seen = new ArrayList<>();
      for (EmbeddingRequest.Pooling pooling : EmbeddingRequest.Pooling.values()) {
        EmbeddingRequest request = new EmbeddingRequest("", input, pooling, Caller.LOCAL);
        Embedding one = small.embed(request, new Cancellation());
        assertThat(large.embed(request, new Cancellation()).vector()).isEqualTo(one.vector());
        assertThat(one.tokens()).isEqualTo(50);
        double squares = 0;
        for (float value : one.vector()) {
          squares += (double) value * value;
        }
        assertThat(squares).isCloseTo(1, within(1e-6));
        seen.add(one.vector());
      }
      assertThat(seen.get(0)).isEqualTo(seen.get(1)).isNotEqualTo(seen.get(2));
      assertThat(seen.get(2)).isNotEqualTo(seen.get(3));
      Input tooLong = new Input.Tokens(java.util.Collections.nCopies(CONTEXT + 1, 5));
      EmbeddingRequest bad =
          new EmbeddingRequest("", tooLong, EmbeddingRequest.Pooling.MEAN, Caller.LOCAL);
      assertThatThrownBy(() -> small.embed(bad, new Cancellation()))
          .isInstanceOf(ChatException.class)
          .hasMessageContainingAll("161 tokens", "160");
    }
  }
}
