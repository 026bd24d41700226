package dev.freehold.kernel;

/// Parameters of a normalization: weights, bias and epsilon.
///
/// @param n elements that are normalized together
/// @param groups groups of n in a row
/// @param weight n or n * groups factors, or empty for ones
/// @param bias n summands, or empty for zeros
public record Norm(int n, int groups, float[] weight, float[] bias, float epsilon) {
  private static final float[] NONE = {};

  public Norm {
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
  }

  public Norm(int n, float[] weight, float epsilon) {
    this(n, 1, weight, NONE, epsilon);
  }

  /// Index into the weights of the first element of a group.
  int weightAt(int group) {
    return weight.length == n ? 0 : group * n;
  }
}
