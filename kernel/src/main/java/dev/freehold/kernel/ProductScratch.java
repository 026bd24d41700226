package dev.freehold.kernel;

import java.util.Arrays;

/// One worker's memory for [TiledProducts].
final class ProductScratch {
  private static final int ZEROS = ProductTile.ROWS * ProductTile.MOST_COLUMNS;

  /// Packed panels of the left factor.
  float[] left = {};

  /// Packed panels of the right factor.
  float[] right = {};

  /// From `firstSum` on a tile of zeros, then tiles of sums; those of one tile's blocks stand one
  /// after the other, as on a stack.
  float[] sums = {};

  /// Where the panels of the right factor and the sums begin: on a cache line, if that can be had.
  int firstRight;

  int firstSum;

  /// From one row of the left factor to the next, where its rows stand one after the other.
  int rowStep;

  /// From one contracted index of the left factor to the next, where its rows are packed.
  int step;

  /// Where the chains of a tile begin in the sums: at zeros, or at what earlier indices gave.
  int startAt;

  /// Takes the sums of a tile's row r at `outAt + r * outStride`.
  float[] out = {};

  int outAt;
  int outStride;

  /// Last row of the tile that is an output.
  int lastRow;

  /// Makes room; what was held is lost.
  void reserve(int leftFloats, int rightFloats, int sumFloats) {
    left = atLeast(left, leftFloats);
    right = atLeast(right, rightFloats + CacheLines.FLOATS);
    sums = atLeast(sums, sumFloats + CacheLines.FLOATS);
    firstRight = CacheLines.firstIn(right);
    firstSum = CacheLines.firstIn(sums);
    Arrays.fill(sums, firstSum, firstSum + Math.min(sumFloats, ZEROS), 0);
  }

  long bytes() {
    return (long) Float.BYTES * ((long) left.length + right.length + sums.length);
  }

  static float[] atLeast(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }
}
