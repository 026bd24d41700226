package dev.freehold.model;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Tier;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;

/// How a model is run.
///
/// @param kernels how kernels are chosen and run
/// @param kvDtype how keys and values are stored
/// @param maxStepTokens tokens that go through the layers together; longer input is cut into steps
/// @param quickStart whether a small model computes with the reference kernels, which the JVM
///   compiles soon, until [Model#warmUp] or [Model#goOver]
public record ModelOptions(
    KernelOptions kernels, KvDtype kvDtype, int maxStepTokens, boolean quickStart) {
  /// Elements of the weights up to which the reference kernels compute a prompt sooner than vector
  /// kernels are compiled.
  private static final long QUICK_ELEMENTS = 16_000_000;

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
        kernels,
        kernels.activations() == ActivationFormat.F32 ? KvDtype.F32 : KvDtype.F16,
        512,
        false);
  }

  public ModelOptions withKvDtype(KvDtype newKvDtype) {
    return new ModelOptions(kernels, newKvDtype, maxStepTokens, quickStart);
  }

  public ModelOptions withMaxStepTokens(int newMaxStepTokens) {
    return new ModelOptions(kernels, kvDtype, newMaxStepTokens, quickStart);
  }

  public ModelOptions withQuickStart() {
    return new ModelOptions(kernels, kvDtype, maxStepTokens, true);
  }

  /// How kernels are chosen when a model of these tensors is opened.
  KernelOptions firstKernels(TensorStore store) {
    return quickStart
            && store.tensors().values().stream().mapToLong(Tensor::elements).sum() <= QUICK_ELEMENTS
        ? kernels.withTier(Tier.REFERENCE)
        : kernels;
  }
}
