package dev.freehold.server.wire;

import java.util.Arrays;

/// The first elements of a vector, brought back to length 1: models that are trained for it keep
/// most of what a text means in them.
public final class ShortVector {
  private ShortVector() {}

  /// @param vector of length 1
  /// @param dimensions how many elements are wanted; where it has no more, it stays as it is
  public static float[] of(float[] vector, int dimensions) {
    if (dimensions >= vector.length) {
      return vector;
    }
    float[] first = Arrays.copyOf(vector, dimensions);
    double squares = 0;
    for (float number : first) {
      squares += (double) number * number;
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < first.length && length > 0; i++) {
      first[i] = (float) (first[i] / length);
    }
    return first;
  }
}
