package dev.freehold.model;

import dev.freehold.kernel.Rope;
import dev.freehold.kernel.RopeTable;
import java.util.List;

/// How an attention layer learns where its tokens stand.
public sealed interface Positions {
  /// Not at all, or by position embeddings added to the input.
  record None() implements Positions {}

  /// Rotary position embedding of the first `dims` elements of each head.
  ///
  /// Source: Su et al., RoFormer (2021).
  record Rotary(int dims, double base, Rope.Pairing pairing, Scaling scaling) implements Positions {
    public Rotary {
      if (dims < 2 || dims % 2 != 0) {
        throw new ModelException(
            "rotary dimensions: expected an even number of at least 2, found " + dims);
      }
      if (!(base > 0) || Double.isInfinite(base)) {
        throw new ModelException("rotary base: expected a number above 0, found " + base);
      }
    }

    /// Pairs that are rotated together.
    public int pairs() {
      return dims / 2;
    }

    /// A table for steps of up to this many tokens, to be filled.
    public RopeTable table(int maxTokens) {
      return RopeFrequencies.table(this, maxTokens);
    }
  }

  /// How the frequencies `base^(-2i / dims)` are changed for contexts longer than the trained one.
  sealed interface Scaling {
    record None() implements Scaling {}

    /// All frequencies divided by a factor.
    record Linear(double factor) implements Scaling {
      public Linear {
        requireFactor(factor);
      }
    }

    /// Llama 3: low frequencies divided, high ones kept, linear in between.
    record Llama3(double factor, double lowFactor, double highFactor, int originalContext)
        implements Scaling {
      public Llama3 {
        requireFactor(factor);
        if (!(highFactor > lowFactor) || !(lowFactor > 0)) {
          throw new ModelException(
              "llama3 rope scaling: expected 0 < low_freq_factor < high_freq_factor, found %s, %s"
                  .formatted(lowFactor, highFactor));
        }
      }
    }

    /// YaRN: interpolation and extrapolation blended by wavelength, cosines and sines times
    /// `magnitude`.
    ///
    /// @param truncate whether the bounds of the blend are rounded to whole pairs Source: Peng et
    ///   al., YaRN (2023).
    record Yarn(
        double factor,
        int originalContext,
        double betaFast,
        double betaSlow,
        boolean truncate,
        double magnitude)
        implements Scaling {
      public Yarn {
        requireFactor(factor);
        if (originalContext < 1) {
          throw new ModelException("yarn rope scaling: original context length " + originalContext);
        }
      }

      public Yarn withMagnitude(double newMagnitude) {
        return new Yarn(factor, originalContext, betaFast, betaSlow, truncate, newMagnitude);
      }

      /// The attention factor of the paper: 0.1 ln(factor) + 1.
      public static double magnitude(double factor, double multiplier) {
        return factor <= 1 ? 1 : 0.1 * multiplier * StrictMath.log(factor) + 1;
      }
    }

    /// Each frequency divided by its own factor, as GGUF files store Llama 3's scaling and
    /// LongRoPE.
    record Factors(List<Float> factors, double magnitude) implements Scaling {
      public Factors {
        factors = List.copyOf(factors);
        for (float factor : factors) {
          requireFactor(factor);
        }
      }
    }

    /// Only the first pairs are rotated; the frequencies are those of the whole head.
    record Proportional(int rotatedPairs) implements Scaling {}

    private static void requireFactor(double factor) {
      if (!(factor > 0) || Double.isInfinite(factor)) {
        throw new ModelException("rope scaling factor: expected a number above 0, found " + factor);
      }
    }
  }
}
