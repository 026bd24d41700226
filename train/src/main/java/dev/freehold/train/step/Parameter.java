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

  /// The tensor of this shape, all zero.
  static Parameter of(ParameterShape shape) {
    int length = Math.toIntExact(shape.elements());
    return new Parameter(
        shape.name(),
        shape.shape(),
        shape.spread(),
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
