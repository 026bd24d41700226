package dev.freehold.cli.speed;

import java.util.EnumSet;
import java.util.Set;

/// What a run of a test cannot do without.
///
/// @param bytes read from memory: weights and the state of sequences
/// @param int8Operations multiplications and additions of weights with int8 activations
/// @param floatOperations the same with float32 activations
public record Work(double bytes, double int8Operations, double floatOperations) {
  /// The limits of its operations.
  Set<Limit> computing() {
    Set<Limit> limits = EnumSet.noneOf(Limit.class);
    if (int8Operations > 0) {
      limits.add(Limit.INT8);
    }
    if (floatOperations > 0) {
      limits.add(Limit.F32);
    }
    return limits;
  }

  public Work times(double count) {
    return new Work(bytes * count, int8Operations * count, floatOperations * count);
  }

  public Work plus(Work other) {
    return new Work(
        bytes + other.bytes,
        int8Operations + other.int8Operations,
        floatOperations + other.floatOperations);
  }
}
