package dev.freehold.vault.parity;

/// The coefficients by which parity blocks are sums of data blocks.
///
/// Row j, column i is (x_0 + y_i) / (x_j + y_i) with x_j = j and y_i = 255 - i: a Cauchy matrix
/// with columns scaled so that the first row is ones. Every square part of a Cauchy matrix has an
/// inverse, so any blocks of a stripe can be computed from any others that are as many as its data.
///
/// Source: J. Blömer et al., An XOR-Based Erasure-Resilient Coding Scheme, 1995.
final class CauchyMatrix {
  /// Columns and rows together: each has an element of the field of its own.
  static final int MOST_BLOCKS = 256;

  private CauchyMatrix() {}

  static int coefficient(int row, int column) {
    int y = MOST_BLOCKS - 1 - column;
    return Gf256.divide(y, row ^ y);
  }

  /// The inverse of the part of the matrix that these rows and columns make.
  static int[][] inverse(int[] rows, int[] columns) {
    int n = rows.length;
    int[][] left = new int[n][n];
    int[][] right = new int[n][n];
    for (int r = 0; r < n; r++) {
      right[r][r] = 1;
      for (int c = 0; c < n; c++) {
        left[r][c] = coefficient(rows[r], columns[c]);
      }
    }
    for (int pivot = 0; pivot < n; pivot++) {
      int found = pivot;
      while (left[found][pivot] == 0) {
        found++;
      }
      swap(left, pivot, found);
      swap(right, pivot, found);
      int scale = Gf256.divide(1, left[pivot][pivot]);
      scale(left[pivot], scale);
      scale(right[pivot], scale);
      for (int r = 0; r < n; r++) {
        int factor = left[r][pivot];
        if (r != pivot && factor != 0) {
          addScaled(left[r], left[pivot], factor);
          addScaled(right[r], right[pivot], factor);
        }
      }
    }
    return right;
  }

  private static void swap(int[][] rows, int a, int b) {
    int[] row = rows[a];
    rows[a] = rows[b];
    rows[b] = row;
  }

  private static void scale(int[] row, int factor) {
    for (int c = 0; c < row.length; c++) {
      row[c] = Gf256.multiply(row[c], factor);
    }
  }

  private static void addScaled(int[] row, int[] other, int factor) {
    for (int c = 0; c < row.length; c++) {
      row[c] ^= Gf256.multiply(other[c], factor);
    }
  }
}
