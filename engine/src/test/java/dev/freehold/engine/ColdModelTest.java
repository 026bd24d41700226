package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Sampling;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A model that was opened to start quickly goes over to its kernels when nobody asks, and when
/// nobody stops asking; its answers stay the same.
class ColdModelTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int CONTEXT = 120;
  private static final int MANY = 100;

  private static Model open() {
    return Goldens.open(
        "qwen3.5", ModelOptions.of(KernelOptions.defaults().withThreads(1)).withQuickStart());
  }

  private static LocalBackend backend(Model model) {
    return new LocalBackend(
        Goldens.local(model, true),
        new EngineOptions(
            OptionalInt.of(CONTEXT),
            EngineOptions.DEFAULT_STEP,
            1L << 30,
            Clock.systemUTC(),
            Scheduling.DEFAULT.withReuse(false)));
  }

  private static String ask(LocalBackend backend) {
    List<Integer> prompt = IntStream.range(0, 60).map(i -> 3 + i * 37 % 400).boxed().toList();
    List<String> text = new ArrayList<>();
    backend.answer(
        new ChatRequest(
            "",
            new Input.Tokens(prompt),
            Sampling.greedy(),
            Ending.NATURAL.withMaxTokens(CONTEXT - prompt.size())),
        event -> {
          if (event instanceof ChatEvent.TextDelta delta) {
            text.add(delta.text());
          }
        },
        new Cancellation());
    return String.join("", text);
  }

  @Test
  void itWarmsUpWhileNobodyAsks() throws InterruptedException {
    try (Model model = open();
        LocalBackend backend = backend(model)) {
      backend.warm();
      String cold = ask(backend);
      assertThat(model.isCold()).isTrue();
      Instant deadline = Instant.now().plus(PATIENCE);
      while (model.isCold()) {
        assertThat(Instant.now()).isBefore(deadline);
        Thread.sleep(10);
      }
      assertThat(ask(backend)).isEqualTo(cold);
    }
  }

  @Test
  void itGoesOverWhileItIsAskedWithoutPause() {
    try (Model model = open();
        LocalBackend backend = backend(model)) {
      String cold = ask(backend);
      assertThat(model.isCold()).isTrue();
      int answers = 1;
      while (model.isCold()) {
        assertThat(ask(backend)).isEqualTo(cold);
        assertThat(++answers).isLessThan(MANY);
      }
      assertThat(ask(backend)).isEqualTo(cold);
    }
  }
}
