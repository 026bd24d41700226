package dev.freehold.kernel;

/// How kernels are chosen and run; none of it changes a bit of the result but `activations`.
///
/// @param tier the tier to use
/// @param laneBits vector width of the Vector API's kernels: 128, 256 or 512, or 0 for the
///   processor's own
/// @param threads threads that compute, the caller included; at least 1
/// @param activations what quantized weights are multiplied with
/// @param instructions the best that machine code may use; where the processor lacks them, the next
public record KernelOptions(
    Tier tier,
    int laneBits,
    int threads,
    ActivationFormat activations,
    InstructionSet instructions) {
  public KernelOptions {
    if (laneBits != 0 && laneBits != 128 && laneBits != 256 && laneBits != 512) {
      throw new KernelException(
          "lanes: expected 128, 256 or 512 bits, or 0 for the processor's own, found " + laneBits);
    }
    if (threads < 1 || threads > 1024) {
      throw new KernelException("threads: expected 1 to 1024, found " + threads);
    }
  }

  /// With the best instructions that there are.
  public KernelOptions(Tier tier, int laneBits, int threads, ActivationFormat activations) {
    this(tier, laneBits, threads, activations, InstructionSet.AVX512_VNNI);
  }

  public static KernelOptions defaults() {
    return new KernelOptions(
        Tier.MACHINE, 0, Runtime.getRuntime().availableProcessors(), ActivationFormat.INT8);
  }

  public KernelOptions withTier(Tier newTier) {
    return new KernelOptions(newTier, laneBits, threads, activations, instructions);
  }

  public KernelOptions withLaneBits(int newLaneBits) {
    return new KernelOptions(tier, newLaneBits, threads, activations, instructions);
  }

  public KernelOptions withThreads(int newThreads) {
    return new KernelOptions(tier, laneBits, newThreads, activations, instructions);
  }

  public KernelOptions withActivations(ActivationFormat newActivations) {
    return new KernelOptions(tier, laneBits, threads, newActivations, instructions);
  }

  public KernelOptions withInstructions(InstructionSet newInstructions) {
    return new KernelOptions(tier, laneBits, threads, activations, newInstructions);
  }
}
