package dev.freehold.cli;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.InstructionSet;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Tier;
import dev.freehold.model.ModelOptions;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options of all commands that compute. Only `--activations` and `--kv` change the numbers.
final class ArithmeticOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; all processors by default.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--kernel",
      paramLabel = "TIER",
      description =
          "reference (plain loops), vector, or machine, the default: vector with emitted machine"
              + " code where this processor runs it.")
  private Tier tier = Tier.MACHINE;

  @Option(
      names = "--lanes",
      paramLabel = "BITS",
      description = "Vector width: 128, 256 or 512; the processor's own by default.")
  private int lanes;

  @Option(
      names = "--instructions",
      paramLabel = "SET",
      description =
          "The best instructions for machine code: avx512-vnni, the default, avx-vnni or avx2;"
              + " where the processor lacks them, the next.")
  private InstructionSet instructions = InstructionSet.AVX512_VNNI;

  @Option(
      names = "--activations",
      paramLabel = "FORMAT",
      description =
          "What quantized weights are multiplied with: int8, the default, or f32 for the strict"
              + " comparison.")
  private Optional<ActivationFormat> activations = Optional.empty();

  @Option(
      names = "--kv",
      paramLabel = "DTYPE",
      description =
          "How keys and values are kept: f32, f16, bf16 or q8_0; f16 by default, f32 with"
              + " --activations f32.")
  private Optional<KvDtype> kv = Optional.empty();

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "Tokens of a prompt that go through the layers together; 512 by default.")
  private int chunk = 512;

  @Option(
      names = "--in-place",
      description = "Use the weights as the model file holds them, also where prepare made a copy.")
  private boolean inPlace;

  /// Whether a prepared file would be used; it holds what the fast kernels multiply with int8.
  boolean usesPrepared() {
    return !inPlace && tier != Tier.REFERENCE && activations() == ActivationFormat.INT8;
  }

  /// What decides the numbers, in words.
  String numbers() {
    String keys = kv.map(dtype -> dtype.name().toLowerCase(Locale.ROOT)).orElse("usual");
    return "%s activations, %s keys and values"
        .formatted(activations().name().toLowerCase(Locale.ROOT), keys);
  }

  int threads() {
    return threads;
  }

  InstructionSet instructions() {
    return instructions;
  }

  /// The same options for another number of threads.
  ArithmeticOptions withThreads(int number) {
    ArithmeticOptions other = copy();
    other.threads = number;
    return other;
  }

  private ActivationFormat activations() {
    return activations.orElse(ActivationFormat.INT8);
  }

  /// The same options, with these numbers where nothing is said of them.
  ArithmeticOptions orElse(ActivationFormat usualActivations, KvDtype usualKv) {
    boolean isSaid = activations.isPresent() || kv.isPresent();
    return isSaid ? this : with(usualActivations, usualKv);
  }

  /// The same options with what decides the numbers.
  ArithmeticOptions with(ActivationFormat newActivations, KvDtype newKv) {
    ArithmeticOptions other = copy();
    other.activations = Optional.of(newActivations);
    other.kv = Optional.of(newKv);
    return other;
  }

  private ArithmeticOptions copy() {
    ArithmeticOptions other = new ArithmeticOptions();
    other.threads = threads;
    other.tier = tier;
    other.lanes = lanes;
    other.instructions = instructions;
    other.activations = activations;
    other.kv = kv;
    other.chunk = chunk;
    other.inPlace = inPlace;
    return other;
  }

  /// The options as the model takes them.
  ///
  /// @throws CliException where the Vector API or a vector of this width is not there
  ModelOptions modelOptions() {
    KernelOptions kernels = new KernelOptions(tier, lanes, threads, activations(), instructions);
    if (tier != Tier.REFERENCE && lanes != 0 && !Kernels.vectorWidths().contains(lanes)) {
      throw new CliException(
          "--lanes %d: this processor has vectors of %s bits"
              .formatted(lanes, Kernels.vectorWidths()));
    }
    ModelOptions options = ModelOptions.of(kernels).withMaxStepTokens(chunk);
    return kv.map(options::withKvDtype).orElse(options);
  }
}
