package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.Sampling;
import dev.freehold.model.Model;
import dev.freehold.model.ModelException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
  private static final int CONTEXT = 200;

  private static int[] greedy(Session session, int count) {
    Sampler sampler = new Sampler(session.logits().length, Sampling.greedy());
    return IntStream.range(0, count)
        .map(i -> {
          int token = sampler.sample(session.logits(), 0, session.length());
          session.append(token);
          return token;
        })
        .toArray();
  }

  private static int prefill(Session session, int... prompt) {
    return session.prefill(prompt, new Cancellation()).orElseThrow();
  }

  private static float[] fresh(Model model, int... prompt) {
    try (Session session = new Session(model, CONTEXT, CONTEXT)) {
      prefill(session, prompt);
      return session.logits().clone();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2/model.gguf", "qwen3.5"})
  void continuesPromptsAsTheReferenceDoes(String file) {
    String name = file.replace("/model.gguf", "");
    try (Model model = Goldens.open(file)) {
      for (int step : new int[] {1, 7, 64}) {
        try (Session session = new Session(model, CONTEXT, step)) {
          for (int prompt = 0; prompt < 2; prompt++) {
            prefill(session, Goldens.ids(name, prompt, "ids"));
            assertThat(greedy(session, 16)).isEqualTo(Goldens.ids(name, prompt, "greedy"));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2/model.gguf", "qwen3.5"})
  void aGrowingTextComputesOnlyWhatIsNewWithTheSameBits(String file) {
    int[] text = IntStream.range(0, 60).map(i -> 3 + i * 37 % 400).toArray();
    try (Model model = Goldens.open(file);
        Session session = new Session(model, CONTEXT, 16)) {
      assertThat(prefill(session, Arrays.copyOf(text, 20))).isZero();
      assertThat(prefill(session, Arrays.copyOf(text, 40))).isEqualTo(20);
      greedy(session, 5);
      assertThat(prefill(session, text)).isBetween(39, 40);
      assertThat(session.logits()).isEqualTo(fresh(model, text));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2/model.gguf", "qwen3.5"})
  void aTextThatDepartsGoesBackWithTheSameBits(String file) {
    int[] text = IntStream.range(0, 60).map(i -> 3 + i * 37 % 400).toArray();
    int[] other = text.clone();
    other[10] = 499;
    try (Model model = Goldens.open(file);
        Session session = new Session(model, CONTEXT, 16)) {
      prefill(session, text);
      int reused = prefill(session, other);
      assertThat(reused).isEqualTo(file.startsWith("qwen2") ? 10 : 0);
      assertThat(session.logits()).isEqualTo(fresh(model, other));
      assertThat(prefill(session, other)).isEqualTo(other.length - 1);
      assertThat(session.logits()).isEqualTo(fresh(model, other));
      assertThat(prefill(session, Arrays.copyOf(text, 5))).isIn(0, 4);
      assertThat(session.logits()).isEqualTo(fresh(model, Arrays.copyOf(text, 5)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2/model.gguf", "qwen3.5"})
  void aFailedStepLeavesTheSessionUsable(String file) {
    int[] text = IntStream.range(0, 30).map(i -> 3 + i).toArray();
    int[] bad = text.clone();
    bad[29] = 1 << 20;
    try (Model model = Goldens.open(file);
        Session session = new Session(model, CONTEXT, 8)) {
      assertThatThrownBy(() -> prefill(session, bad)).isInstanceOf(ModelException.class);
      prefill(session, text);
      assertThatThrownBy(() -> session.append(-1)).isInstanceOf(ModelException.class);
      prefill(session, text);
      assertThat(session.logits()).isEqualTo(fresh(model, text));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2/model.gguf", "qwen3.5"})
  void aCancelledPrefillCanBeTakenUpAgain(String file) {
    int[] text = IntStream.range(0, 30).map(i -> 3 + i).toArray();
    try (Model model = Goldens.open(file);
        Session session = new Session(model, CONTEXT, 8)) {
      Cancellation cancelled = new Cancellation();
      cancelled.cancel();
      assertThat(session.prefill(text, cancelled)).isEmpty();
      assertThat(session.length()).isZero();
      prefill(session, text);
      assertThat(session.logits()).isEqualTo(fresh(model, text));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2/model.gguf", "qwen3.5"})
  void theContextIsALimit(String file) {
    try (Model model = Goldens.open(file);
        Session session = new Session(model, 8, 8)) {
      assertThatThrownBy(() -> prefill(session, new int[9]))
          .isInstanceOf(EngineException.class)
          .hasMessageContainingAll("1 to 8", "found 9");
      prefill(session, new int[8]);
      assertThatThrownBy(() -> session.append(0))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("all 8 positions");
    }
  }
}
