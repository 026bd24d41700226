package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A small model that begins with the reference kernels goes over to the others in the midst of a
/// text, and no bit tells when.
class QuickStartTest {
  private static final long SEED = 11;
  private static final int PROMPT = 37;
  private static final int LENGTH = 60;
  private static final ModelOptions FAST = ModelOptions.of(KernelOptions.defaults().withThreads(2));

  private static Model openQuickly(Path path) {
    return Model.open(path, FAST.withQuickStart());
  }

  /// The logits after each token of a text: a prompt in one step, the rest one by one.
  private static float[][] logits(Model model, int[] ids, Runnable between) {
    int vocabulary = model.architecture().vocabSize();
    Rows rows = Rows.allocate(PROMPT, vocabulary);
    float[][] logits = new float[ids.length][];
    try (Sequence sequence = model.newSequence(ids.length)) {
      for (int from = 0; from < ids.length; ) {
        int count = from == 0 ? PROMPT : 1;
        model.forward(sequence, ids, from, count, LogitsOf.ALL, rows);
        for (int t = 0; t < count; t++) {
          int at = rows.at(t);
          logits[from + t] = Arrays.copyOfRange(rows.data(), at, at + vocabulary);
        }
        from += count;
        between.run();
      }
    }
    return logits;
  }

  private static int[] text(Model model) {
    return new Random(SEED).ints(LENGTH, 0, model.architecture().vocabSize()).toArray();
  }

  @ParameterizedTest
  @MethodSource("dev.freehold.model.BatchTest#models")
  void theBitsAreThoseOfAModelThatBeganWithItsKernels(Path path) {
    float[][] expected;
    try (Model model = Model.open(path, FAST)) {
      assertThat(model.isCold()).isFalse();
      expected = logits(model, text(model), () -> {});
    }
    try (Model model = openQuickly(path)) {
      assertThat(model.kernels().options().tier()).isEqualTo(Tier.REFERENCE);
      AtomicInteger steps = new AtomicInteger();
      float[][] found =
          logits(
              model,
              text(model),
              () -> {
                AtomicInteger layers = new AtomicInteger();
                boolean isLast = steps.incrementAndGet() == 12;
                model.warmUp(() -> isLast || layers.incrementAndGet() < 3);
                assertThat(model.isCold()).isEqualTo(steps.get() < 12);
              });
      assertThat(model.kernels().options().tier()).isEqualTo(FAST.kernels().tier());
      assertThat(found).isDeepEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "qwen3.5"})
  void itGoesOverWithoutHavingBeenWarmed(String name) {
    float[][] expected;
    try (Model model = Model.open(GoldenTest.golden(name), FAST)) {
      expected = logits(model, text(model), () -> {});
    }
    try (Model model = openQuickly(GoldenTest.golden(name))) {
      assertThat(logits(model, text(model), model::goOver)).isDeepEqualTo(expected);
      assertThat(model.isCold()).isFalse();
    }
  }

  @Test
  void itWarmsUpBesideStepsThatOthersTake() throws InterruptedException {
    try (Model model = openQuickly(GoldenTest.golden("qwen3.5"))) {
      int[] text = text(model);
      float[][] expected = logits(model, text, () -> {});
      CountDownLatch begun = new CountDownLatch(1);
      Thread warming =
          Thread.ofPlatform()
              .start(() ->
                  model.warmUp(() -> {
                    begun.countDown();
                    return true;
                  }));
      begun.await();
      while (warming.isAlive()) {
        assertThat(logits(model, text, () -> {})).isDeepEqualTo(expected);
      }
      assertThat(model.isCold()).isFalse();
      assertThat(logits(model, text, () -> {})).isDeepEqualTo(expected);
    }
  }

  @Test
  void itCanBeClosedWhileItWarmsUp() throws InterruptedException {
    Model model = openQuickly(GoldenTest.golden("qwen2"));
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean isClosing = new AtomicBoolean();
    Thread warming =
        Thread.ofPlatform()
            .start(() ->
                model.warmUp(() -> {
                  begun.countDown();
                  while (!isClosing.get()) {
                    Thread.onSpinWait();
                  }
                  return true;
                }));
    begun.await();
    Thread closing = Thread.ofPlatform().start(model::close);
    while (closing.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    isClosing.set(true);
    closing.join();
    warming.join();
    assertThat(model.isCold()).isTrue();
    assertThatCode(() -> model.warmUp(() -> true)).doesNotThrowAnyException();
  }

  @Test
  void whoAsksForTheReferenceKernelsKeepsThem() {
    KernelOptions reference = KernelOptions.defaults().withTier(Tier.REFERENCE).withThreads(1);
    try (Model model =
        Model.open(GoldenTest.golden("qwen2"), ModelOptions.of(reference).withQuickStart())) {
      assertThat(model.isCold()).isFalse();
      model.goOver();
      assertThat(model.kernels().options().tier()).isEqualTo(Tier.REFERENCE);
    }
  }
}
