package dev.freehold.model;

/// A normalization of rows, apart from its weights.
public sealed interface Normalization {
  /// The row as it is.
  record None() implements Normalization {}

  /// RMSNorm.
  ///
  /// @param weighted whether there are weights; without them the factors are 1
  record Rms(float epsilon, boolean weighted) implements Normalization {
    public Rms {
      requireEpsilon(epsilon);
    }
  }

  /// LayerNorm with weights and bias.
  record Layer(float epsilon) implements Normalization {
    public Layer {
      requireEpsilon(epsilon);
    }
  }

  static Normalization none() {
    return new None();
  }

  static Normalization rms(double epsilon) {
    return new Rms((float) epsilon, true);
  }

  private static void requireEpsilon(float epsilon) {
    if (!(epsilon >= 0) || epsilon > 1) {
      throw new ModelException("norm epsilon: expected 0 to 1, found " + epsilon);
    }
  }
}
