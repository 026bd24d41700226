package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// A view of float32 rows in an array: row `t` begins at `offset + t * stride`.
///
/// Views are made once, with the workspace that holds the array, so that no step allocates.
public final class Rows {
  private final float[] data;
  private final int offset;
  private final int stride;
  private final MemorySegment segment;

  public Rows(float[] data, int offset, int stride) {
    if (offset < 0 || stride < 0) {
      throw new IllegalArgumentException("offset " + offset + ", stride " + stride);
    }
    this.data = data;
    this.offset = offset;
    this.stride = stride;
    this.segment = MemorySegment.ofArray(data);
  }

  /// Rows of `columns` floats, one after the other, in a new array.
  public static Rows allocate(int rows, int columns) {
    return new Rows(new float[Math.multiplyExact(rows, columns)], 0, columns);
  }

  public float[] data() {
    return data;
  }

  public int offset() {
    return offset;
  }

  public int stride() {
    return stride;
  }

  /// The array for emitted code.
  MemorySegment segment() {
    return segment;
  }

  /// Index of the first element of row `t`.
  public int at(int t) {
    return offset + t * stride;
  }

  /// The same rows from their column `column` on.
  public Rows from(int column) {
    return new Rows(data, offset + column, stride);
  }

  /// The rows from row `t` on.
  public Rows skip(int t) {
    return new Rows(data, at(t), stride);
  }

  /// Fails where the array does not hold `count` rows of `columns` floats.
  void check(String what, int count, int columns) {
    long end = offset + (count - 1L) * stride + columns;
    if (count < 0 || (count > 0 && end > data.length)) {
      throw new KernelException(
          "%s: %d rows of %d floats, %d apart, from %d on, do not fit an array of %d"
              .formatted(what, count, columns, stride, offset, data.length));
    }
  }
}
