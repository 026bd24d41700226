package dev.freehold.kernel;

/// One worker's memory for [TiledProducts].
final class ProductScratch {
  /// Packed panels of the left factor.
  float[] left = {};

  /// Packed panels of the right factor.
  float[] right = {};

  /// A tile of zeros, then tiles of sums; those of one tile's blocks stand one after the other, as
  /// on a stack.
  float[] sums = {};

  /// From one row of the left factor to the next, and from one contracted index to the next.
  int rowStep;

  int step;

  /// From the first chain of a pair to the second, in the left factor and in the panels.
  int laneStep;

  int panelStep;

  /// Where the chains of a tile begin in the sums: at zeros, or at what earlier indices gave.
  int startAt;

  /// Takes the sums of a tile's row r at `outAt + r * outStride`.
  float[] out = {};

  int outAt;
  int outStride;

  /// Last row of the tile that is an output.
  int lastRow;

  void reserve(int leftFloats, int rightFloats, int sumFloats) {
    left = atLeast(left, leftFloats);
    right = atLeast(right, rightFloats);
    sums = atLeast(sums, sumFloats);
  }

  long bytes() {
    return (long) Float.BYTES * ((long) left.length + right.length + sums.length);
  }

  static float[] atLeast(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }
}
