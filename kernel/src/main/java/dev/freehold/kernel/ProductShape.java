package dev.freehold.kernel;

/// The shape of a linear layer in training: inputs `[M, K]`, weights `[N, K]`, outputs `[M, N]`.
///
/// @param m rows of inputs and outputs
/// @param n outputs of a row
/// @param k inputs of a row
public record ProductShape(int m, int n, int k) {
  public ProductShape {
    if (m < 1 || n < 1 || k < 1 || (long) n * k > Integer.MAX_VALUE - 8) {
      throw new KernelException(
          "product: expected sizes from 1 on and weights below 2^31 elements,"
              + " found m %d, n %d, k %d".formatted(m, n, k));
    }
  }

  /// Multiplications and additions of one of the three products.
  public double operations() {
    return 2.0 * m * n * k;
  }
}
