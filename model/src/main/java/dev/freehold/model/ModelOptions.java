package dev.freehold.model;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.KvDtype;

/// How a model is run.
///
/// @param kernels how kernels are chosen and run
/// @param kvDtype how keys and values are stored
/// @param maxStepTokens tokens that go through the layers together; longer input is cut into steps
public record ModelOptions(KernelOptions kernels, KvDtype kvDtype, int maxStepTokens) {
  public ModelOptions {
    if (maxStepTokens < 1 || maxStepTokens > 1 << 16) {
      throw new ModelException(
          "tokens of a step: expected 1 to %d, found %d".formatted(1 << 16, maxStepTokens));
    }
  }

  /// Integer activations where weights are quantized, keys and values in float16, steps of 512.
  public static ModelOptions defaults() {
    return of(KernelOptions.defaults());
  }

  /// Keys and values in float16, or in float32 where activations are.
  public static ModelOptions of(KernelOptions kernels) {
    return new ModelOptions(
        kernels, kernels.activations() == ActivationFormat.F32 ? KvDtype.F32 : KvDtype.F16, 512);
  }

  public ModelOptions withKvDtype(KvDtype newKvDtype) {
    return new ModelOptions(kernels, newKvDtype, maxStepTokens);
  }

  public ModelOptions withMaxStepTokens(int newMaxStepTokens) {
    return new ModelOptions(kernels, kvDtype, newMaxStepTokens);
  }
}
