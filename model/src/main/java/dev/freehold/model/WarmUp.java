package dev.freehold.model;

import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

/// Uses kernels on tokens of its own, until the JVM has compiled most of them.
///
/// Vector code that the JVM interprets is slower by orders of magnitude than what it is compiled
/// to, and slower than plain loops. The tokens are those of a prompt and of an answer to it, since
/// different kernels multiply many rows and few. Owns the kernels until they are taken.
final class WarmUp implements AutoCloseable {
  /// Tokens of a step at most.
  static final int TOKENS = 32;

  private static final int ROUNDS = 3;
  private static final int WRITTEN = 16;

  private final Kernels kernels;
  private final Forward forward;
  private final Step step = new Step(TOKENS);
  private final int[] tokens = new int[TOKENS];
  private final int[] last = new int[1];
  private final Rows logits;
  private int rounds;

  /// @param forward uses the kernels, in a workspace of its own
  WarmUp(Kernels kernels, Forward forward, int vocabSize) {
    this.kernels = kernels;
    this.forward = forward;
    this.logits = Rows.allocate(1, vocabSize);
    for (int i = 0; i < TOKENS; i++) {
      tokens[i] = i % vocabSize;
    }
  }

  Kernels kernels() {
    return kernels;
  }

  /// Goes on where it stopped.
  ///
  /// @param goesOn asked before each layer
  /// @return whether it came to its end
  boolean run(BooleanSupplier goesOn) {
    while (rounds < ROUNDS) {
      if (!round(goesOn)) {
        return false;
      }
      rounds++;
    }
    return true;
  }

  private boolean round(BooleanSupplier goesOn) {
    try (Arena arena = Arena.ofShared()) {
      LayerState[] states = forward.newStates(arena);
      int position = 0;
      for (int i = 0; i <= WRITTEN; i++) {
        int count = i == 0 ? TOKENS : 1;
        step.clear();
        step.add(states, position, count);
        if (!forward.run(step, tokens, goesOn)) {
          return false;
        }
        last[0] = count - 1;
        forward.logits(last, 1, logits);
        position += count;
      }
      return true;
    }
  }

  @Override
  public void close() {
    kernels.close();
  }
}
