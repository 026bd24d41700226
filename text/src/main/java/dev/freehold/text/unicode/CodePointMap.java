package dev.freehold.text.unicode;

import java.util.Arrays;

/// A map from some code points to short sequences of code points.
final class CodePointMap {
  private final int[] keys;
  private final int[] starts;
  private final int[] points;

  CodePointMap(int[] keys, int[] starts, int[] points) {
    this.keys = keys;
    this.starts = starts;
    this.points = points;
  }

  /// The index of a mapped code point, or a negative number.
  int find(int cp) {
    return cp < keys[0] ? -1 : Arrays.binarySearch(keys, cp);
  }

  int length(int index) {
    return starts[index + 1] - starts[index];
  }

  int point(int index, int i) {
    return points[starts[index] + i];
  }

  int size() {
    return keys.length;
  }

  int key(int index) {
    return keys[index];
  }
}
