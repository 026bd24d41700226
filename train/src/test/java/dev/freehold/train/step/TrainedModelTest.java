package dev.freehold.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import dev.freehold.kernel.Write;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.model.Sequence;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The forward pass of training has the engine's bits, its gradients are those of the loss, and a
/// step's result does not depend on how it is computed.
class TrainedModelTest {
  private static final int SEQUENCES = 3;
  private static final int LENGTH = 37;

  private static KernelOptions options(Tier tier, int lanes, int threads) {
    return new KernelOptions(tier, lanes, threads, ActivationFormat.F32);
  }

  private static TrainedModel open(TinyModel tiny, Kernels kernels, boolean recompute) {
    return new TrainedModel(
        tiny.architecture(), tiny.parameters(), kernels, SEQUENCES, LENGTH, recompute);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-tied", "qwen3", "olmo2"})
  void logitsHaveTheEnginesBits(String type) {
    TinyModel tiny = TinyModel.of(type);
    Batch batch = TinyModel.batch(SEQUENCES, LENGTH, 1);
    Rows trained = Rows.allocate(batch.rows(), TinyModel.VOCABULARY);
    KernelOptions options = options(Tier.VECTOR, 0, 2);
    try (Kernels kernels = Kernels.open(options)) {
      open(tiny, kernels, false).logits(batch, trained);
    }
    ModelOptions exact = ModelOptions.of(options).withKvDtype(KvDtype.F32);
    try (Model model = Model.open(tiny.config(), tiny.store(), exact)) {
      for (int s = 0; s < SEQUENCES; s++) {
        Rows logits = Rows.allocate(LENGTH, TinyModel.VOCABULARY);
        try (Sequence sequence = model.newSequence(LENGTH)) {
          model.forward(sequence, batch.tokens(), s * LENGTH, LENGTH, LogitsOf.ALL, logits);
        }
        int from = s * LENGTH * TinyModel.VOCABULARY;
        float[] part =
            Arrays.copyOfRange(trained.data(), from, from + LENGTH * TinyModel.VOCABULARY);
        assertThat(part).isEqualTo(logits.data());
      }
    }
  }

  /// Along the gradient of each tensor the loss must rise as steeply as the gradient is long.
  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-tied", "qwen3", "olmo2"})
  void gradientsAreThoseOfTheLoss(String type) {
    TinyModel tiny = TinyModel.of(type);
    Batch batch = TinyModel.batch(SEQUENCES, LENGTH, 2);
    float scale = 1f / batch.counted();
    try (Kernels kernels = Kernels.open(options(Tier.VECTOR, 0, 2))) {
      TrainedModel model = open(tiny, kernels, false);
      model.gradients(batch, scale, Write.SET);
      for (Parameter parameter : tiny.parameters().all()) {
        float[] values = parameter.values().clone();
        double length = 0;
        for (float g : parameter.gradient()) {
          length += (double) g * g;
        }
        length = Math.sqrt(length);
        double step = 0.02;
        double rise = 0;
        for (int sign = -1; sign <= 1; sign += 2) {
          for (int i = 0; i < values.length; i++) {
            parameter.values()[i] =
                (float) (values[i] + sign * step * parameter.gradient()[i] / length);
          }
          rise += sign * (double) model.loss(batch) * scale;
        }
        System.arraycopy(values, 0, parameter.values(), 0, values.length);
        assertThat(rise / (2 * step)).as(parameter.name()).isCloseTo(length, withinPercentage(1));
      }
    }
  }

  private static String digestAfterSteps(Kernels kernels, boolean recompute) {
    TinyModel tiny = TinyModel.of("qwen3");
    TrainedModel model = open(tiny, kernels, recompute);
    Optimizer optimizer =
        new Optimizer(
            tiny.parameters(),
            model,
            new Optimizer.Settings(1e-2, 0.9, 0.95, 1e-8, 0.1, 1),
            new Schedule.WarmupStableDecay(2, 2, 0.1),
            6);
    for (int step = 1; step <= 6; step++) {
      Batch first = TinyModel.batch(SEQUENCES, LENGTH, 2 * step);
      Batch second = TinyModel.batch(SEQUENCES, LENGTH, 2 * step + 1);
      float scale = 1f / (first.counted() + second.counted());
      model.gradients(first, scale, Write.SET);
      model.gradients(second, scale, Write.ADD);
      optimizer.step(step);
    }
    return tiny.parameters().digest();
  }

  @Test
  void stepsHaveTheSameBitsHoweverTheyAreComputed() {
    String expected;
    try (Kernels kernels = Kernels.open(options(Tier.REFERENCE, 0, 1))) {
      expected = digestAfterSteps(kernels, false);
    }
    for (int lanes : Kernels.vectorWidths()) {
      for (int threads = 1; threads <= 3; threads++) {
        try (Kernels kernels = Kernels.open(options(Tier.VECTOR, lanes, threads))) {
          String way = lanes + " bits, " + threads + " threads";
          assertThat(digestAfterSteps(kernels, threads == 2)).as(way).isEqualTo(expected);
        }
      }
    }
    try (Kernels kernels = Kernels.open(options(Tier.MACHINE, 0, 2))) {
      assertThat(digestAfterSteps(kernels, false)).as("machine code").isEqualTo(expected);
    }
  }

  @Test
  void theLossFalls() {
    TinyModel tiny = TinyModel.of("llama");
    try (Kernels kernels = Kernels.open(options(Tier.VECTOR, 0, 2))) {
      TrainedModel model = open(tiny, kernels, false);
      Optimizer optimizer =
          new Optimizer(
              tiny.parameters(),
              model,
              new Optimizer.Settings(1e-2, 0.9, 0.95, 1e-8, 0, 1),
              new Schedule.Cosine(5, 0.1),
              60);
      Batch held = TinyModel.batch(SEQUENCES, LENGTH, 1000);
      float before = model.loss(held) / held.counted();
      for (int step = 1; step <= 60; step++) {
        Batch batch = TinyModel.batch(SEQUENCES, LENGTH, step);
        model.gradients(batch, 1f / batch.counted(), Write.SET);
        optimizer.step(step);
      }
      assertThat(before).isGreaterThan(4);
      assertThat(model.loss(held) / held.counted()).isLessThan(1);
    }
  }
}
