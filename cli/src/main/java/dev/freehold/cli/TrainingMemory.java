package dev.freehold.cli;

import dev.freehold.engine.MachineMemory;
import dev.freehold.train.TrainingCost;
import java.io.PrintStream;

/// The memory of a training run: said in advance, asked of the JVM, and measured at the end.
record TrainingMemory(TrainingCost cost) {
  private static final long GIBIBYTE = 1L << 30;

  /// What a recipe takes, without the corpus and the JVM itself.
  String text() {
    return "%s: weights, gradients and moments %s, activations %s, kernels at most %s"
        .formatted(
            Sizes.bytes(cost.bytes()),
            Sizes.bytes(cost.stateBytes()),
            Sizes.bytes(cost.activationBytes()),
            Sizes.bytes(cost.scratchBytes()));
  }

  /// @throws CliException where this JVM may not take that much
  void require() {
    long most = Runtime.getRuntime().maxMemory();
    if (cost.bytes() > most) {
      throw new CliException(
          Exit.FAILURE,
          "the recipe takes %s; this JVM may take %s".formatted(text(), Sizes.bytes(most)),
          "Set FREEHOLD_JAVA_OPTS=-Xmx%dg, add --recompute, or accumulate over shorter batches."
              .formatted(cost.bytes() / GIBIBYTE + 2));
    }
  }

  /// Says how much the process held, where the system tells.
  void printMeasured(PrintStream out) {
    MachineMemory.peakBytes()
        .ifPresent(peak ->
            out.printf(
                "memory: the process held at most %s, the JVM itself, its garbage and the corpus"
                    + " included; the recipe takes %s%n",
                Sizes.bytes(peak), text()));
  }
}
