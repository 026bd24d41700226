package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// A view of float32 rows in an array: row `t` begins at `offset + t * stride`.
///
/// Views are made once, with the workspace that holds the array, so that no step allocates; an
/// array that grows does so for all its views.
public final class Rows {
  private final Memory memory;
  private final int offset;
  private final int stride;

  /// What views share.
  private static final class Memory {
    float[] data;
    MemorySegment segment;

    Memory(float[] data) {
      this.data = data;
      this.segment = MemorySegment.ofArray(data);
    }
  }

  public Rows(float[] data, int offset, int stride) {
    this(new Memory(data), offset, stride);
  }

  private Rows(Memory memory, int offset, int stride) {
    if (offset < 0 || stride < 0) {
      throw new IllegalArgumentException("offset " + offset + ", stride " + stride);
    }
    this.memory = memory;
    this.offset = offset;
    this.stride = stride;
  }

  /// Rows of `columns` floats, one after the other, in a new array.
  public static Rows allocate(int rows, int columns) {
    return new Rows(new float[Math.multiplyExact(rows, columns)], 0, columns);
  }

  /// @throws ArithmeticException where no array holds so many elements
  static void requireArray(int rows, int columns) {
    if ((long) rows * columns > Integer.MAX_VALUE) {
      throw new ArithmeticException(rows + " rows of " + columns);
    }
  }

  /// Rows of `columns` floats, of which there are none before [#reserve].
  ///
  /// @throws ArithmeticException where no array holds `most` of them
  public static Rows growing(int most, int columns) {
    requireArray(most, columns);
    return new Rows(new float[0], 0, columns);
  }

  /// Makes room for `rows` rows, which then hold nothing of what they held.
  public void reserve(int rows) {
    if (memory.data.length < offset + (long) rows * stride) {
      memory.data = new float[Math.addExact(offset, Math.multiplyExact(rows, stride))];
      memory.segment = MemorySegment.ofArray(memory.data);
    }
  }

  public float[] data() {
    return memory.data;
  }

  public int offset() {
    return offset;
  }

  public int stride() {
    return stride;
  }

  /// The array for emitted code.
  MemorySegment segment() {
    return memory.segment;
  }

  /// Index of the first element of row `t`.
  public int at(int t) {
    return offset + t * stride;
  }

  /// The same rows from their column `column` on.
  public Rows from(int column) {
    return new Rows(memory, offset + column, stride);
  }

  /// The same memory as rows of `columns` floats, one after the other.
  public Rows cut(int columns) {
    return new Rows(memory, offset, columns);
  }

  /// The rows from row `t` on.
  public Rows skip(int t) {
    return new Rows(memory, at(t), stride);
  }

  /// Fails where the array does not hold `count` rows of `columns` floats.
  void check(String what, int count, int columns) {
    long end = offset + (count - 1L) * stride + columns;
    if (count < 0 || (count > 0 && end > memory.data.length)) {
      throw new KernelException(
          "%s: %d rows of %d floats, %d apart, from %d on, do not fit an array of %d"
              .formatted(what, count, columns, stride, offset, memory.data.length));
    }
  }
}
