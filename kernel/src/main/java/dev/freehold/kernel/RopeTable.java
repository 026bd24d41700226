package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// Cosines and sines of rotary position embedding for the tokens of a step.
///
/// Formula: for pair i of a head at position p the angle is `a = p * frequencies[i]`, in double. It
/// is brought into [-pi/4, pi/4] by `k = rint(a * 2/pi)` and `r = fma(k, -low, fma(k, -high, a))`
/// with pi/2 in two parts; cosine and sine of r by StrictMath, exchanged by k mod 4, are rounded to
/// float32 after multiplication with `magnitude` (YaRN's attention factor). Source: Su et al.,
/// RoFormer (2021); Peng et al., YaRN (2023).
public final class RopeTable {
  private static final double PER_QUARTER = 2 / Math.PI;
  private static final double QUARTER_HIGH = Math.PI / 2;
  private static final double QUARTER_LOW = 6.123233995736766e-17; // pi/2 - QUARTER_HIGH

  private final double[] frequencies;
  private final double magnitude;
  private final float[] cosines;
  private final float[] sines;
  private final MemorySegment cosinesSegment;
  private final MemorySegment sinesSegment;

  /// @param frequencies radians per position, for each rotated pair
  /// @param magnitude factor of cosines and sines, 1 in most models
  /// @param maxTokens tokens of the longest step
  public RopeTable(double[] frequencies, double magnitude, int maxTokens) {
    this.frequencies = frequencies.clone();
    this.magnitude = magnitude;
    this.cosines = new float[Math.multiplyExact(maxTokens, frequencies.length)];
    this.sines = new float[cosines.length];
    this.cosinesSegment = MemorySegment.ofArray(cosines);
    this.sinesSegment = MemorySegment.ofArray(sines);
  }

  /// Rotated pairs of a head.
  public int pairs() {
    return frequencies.length;
  }

  /// Fills the table for token `t` of the step, which stands at `position`.
  public void set(int t, int position) {
    int at = t * frequencies.length;
    for (int i = 0; i < frequencies.length; i++) {
      double angle = position * frequencies[i];
      double quarters = Math.rint(angle * PER_QUARTER);
      double rest = Math.fma(quarters, -QUARTER_LOW, Math.fma(quarters, -QUARTER_HIGH, angle));
      double cosine = StrictMath.cos(rest);
      double sine = StrictMath.sin(rest);
      int turn = (int) quarters & 3;
      double x = (turn & 1) == 0 ? cosine : sine;
      double y = (turn & 1) == 0 ? sine : cosine;
      cosines[at + i] = (float) ((turn == 1 || turn == 2 ? -x : x) * magnitude);
      sines[at + i] = (float) ((turn >= 2 ? -y : y) * magnitude);
    }
  }

  float[] cosines() {
    return cosines;
  }

  float[] sines() {
    return sines;
  }

  /// [#cosines] for emitted code.
  MemorySegment cosinesSegment() {
    return cosinesSegment;
  }

  /// [#sines] for emitted code.
  MemorySegment sinesSegment() {
    return sinesSegment;
  }
}
