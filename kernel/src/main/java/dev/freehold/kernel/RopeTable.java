package dev.freehold.kernel;

/// Cosines and sines of rotary position embedding for the tokens of a step.
///
/// Formula: for pair i of a head at position p the angle is `p * frequencies[i]`, in double, by
/// StrictMath; cosine and sine are rounded to float32 after multiplication with `magnitude` (YaRN's
/// attention factor). Source: Su et al., RoFormer (2021); Peng et al., YaRN (2023).
public final class RopeTable {
  private final double[] frequencies;
  private final double magnitude;
  private final float[] cosines;
  private final float[] sines;

  /// @param frequencies radians per position, for each rotated pair
  /// @param magnitude factor of cosines and sines, 1 in most models
  /// @param maxTokens tokens of the longest step
  public RopeTable(double[] frequencies, double magnitude, int maxTokens) {
    this.frequencies = frequencies.clone();
    this.magnitude = magnitude;
    this.cosines = new float[Math.multiplyExact(maxTokens, frequencies.length)];
    this.sines = new float[cosines.length];
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
      cosines[at + i] = (float) (StrictMath.cos(angle) * magnitude);
      sines[at + i] = (float) (StrictMath.sin(angle) * magnitude);
    }
  }

  float[] cosines() {
    return cosines;
  }

  float[] sines() {
    return sines;
  }
}
