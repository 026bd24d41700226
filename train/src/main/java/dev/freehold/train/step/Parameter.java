package dev.freehold.train.step;

import java.util.List;

/// A tensor that is trained: its values, their gradient, and the optimizer's two moments.
///
/// @param name the tensor's name in Hugging Face files
/// @param shape one size for a vector, rows and columns for a matrix
/// @param spread standard deviation of the first values; 0 for a vector of ones
public record Parameter(
    String name,
    List<Integer> shape,
    float spread,
    float[] values,
    float[] gradient,
    float[] first,
    float[] second) {
  public Parameter {
    shape = List.copyOf(shape);
  }

  static Parameter vector(String name, int length) {
    return of(name, List.of(length), 0, length);
  }

  static Parameter matrix(String name, int rows, int columns, float spread) {
    return of(name, List.of(rows, columns), spread, Math.multiplyExact(rows, columns));
  }

  private static Parameter of(String name, List<Integer> shape, float spread, int length) {
    return new Parameter(
        name,
        shape,
        spread,
        new float[length],
        new float[length],
        new float[length],
        new float[length]);
  }

  /// Whether weight decay applies: to matrices, not to the weights of norms.
  public boolean isMatrix() {
    return shape.size() == 2;
  }
}
