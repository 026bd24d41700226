package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// Parameters of a normalization: weights, bias and epsilon.
public final class Norm {
  private static final float[] NONE = {};

  private final int n;
  private final int groups;
  private final float[] weight;
  private final float[] bias;
  private final float epsilon;
  private final MemorySegment weightSegment;

  /// @param n elements that are normalized together
  /// @param groups groups of n in a row
  /// @param weight n or n * groups factors, or empty for ones
  /// @param bias n summands, or empty for zeros
  public Norm(int n, int groups, float[] weight, float[] bias, float epsilon) {
    if (n < 1 || groups < 1) {
      throw new KernelException("norm: " + groups + " groups of " + n);
    }
    if (weight.length != 0 && weight.length != n && weight.length != n * groups) {
      throw new KernelException(
          "norm: %d weights for %d groups of %d".formatted(weight.length, groups, n));
    }
    if (bias.length != 0 && bias.length != n) {
      throw new KernelException("norm: " + bias.length + " biases for " + n + " elements");
    }
    this.n = n;
    this.groups = groups;
    this.weight = weight;
    this.bias = bias;
    this.epsilon = epsilon;
    this.weightSegment = MemorySegment.ofArray(weight);
  }

  public Norm(int n, float[] weight, float epsilon) {
    this(n, 1, weight, NONE, epsilon);
  }

  public int n() {
    return n;
  }

  public int groups() {
    return groups;
  }

  public float[] weight() {
    return weight;
  }

  public float[] bias() {
    return bias;
  }

  public float epsilon() {
    return epsilon;
  }

  /// The weights for emitted code.
  MemorySegment weightSegment() {
    return weightSegment;
  }

  /// Index into the weights of the first element of a group.
  int weightAt(int group) {
    return weight.length == n ? 0 : group * n;
  }
}
