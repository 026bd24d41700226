package dev.freehold.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// A named array of numbers in memory: dtype, shape and bytes, little-endian, rows contiguous.
///
/// The shape is row-major, outermost dimension first, as in safetensors and PyTorch: a matrix that
/// maps K inputs to N outputs has shape `[N, K]`. (GGUF lists dimensions innermost first; its
/// reader turns them around.) A scalar has the empty shape.
public record Tensor(String name, Dtype dtype, List<Long> shape, MemorySegment data) {
  public Tensor {
    shape = List.copyOf(shape);
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(name + ": negative dimension in " + shape);
      }
      elements = Math.multiplyExact(elements, dimension);
    }
    long bytes = dtype.byteSize(elements);
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "%s: %s %s needs %d bytes, found %d"
              .formatted(name, dtype, shape, bytes, data.byteSize()));
    }
  }

  public static Tensor of(String name, Dtype dtype, MemorySegment data, long... shape) {
    return new Tensor(name, dtype, Arrays.stream(shape).boxed().toList(), data);
  }

  public int rank() {
    return shape.size();
  }

  /// Size of dimension `axis`, counted from the outermost.
  public long dimension(int axis) {
    return shape.get(axis);
  }

  public long elements() {
    long elements = 1;
    for (int axis = 0; axis < shape.size(); axis++) {
      elements *= shape.get(axis);
    }
    return elements;
  }

  /// Length of a row: the innermost dimension, or 1 for a scalar.
  public long columns() {
    return shape.isEmpty() ? 1 : shape.getLast();
  }

  /// Number of rows: the product of all dimensions but the innermost.
  public long rows() {
    return columns() == 0 ? 0 : elements() / columns();
  }

  public long rowBytes() {
    return dtype.byteSize(columns());
  }

  /// The `index`-th slice along the outermost dimension, sharing the bytes; an expert of a stack.
  public Tensor slice(long index) {
    if (rank() < 2 || index < 0 || index >= dimension(0)) {
      throw new IndexOutOfBoundsException(name + " " + shape + ": no slice " + index);
    }
    long bytes = data.byteSize() / dimension(0);
    return new Tensor(
        name + "[" + index + "]",
        dtype,
        shape.subList(1, rank()),
        data.asSlice(index * bytes, bytes));
  }

  /// Rows `from` to `to` of a matrix, sharing the bytes.
  public Tensor rows(long from, long to) {
    if (rank() != 2 || from < 0 || to < from || to > dimension(0)) {
      throw new IndexOutOfBoundsException(name + " " + shape + ": no rows " + from + " to " + to);
    }
    return new Tensor(
        name + "[" + from + ":" + to + "]",
        dtype,
        List.of(to - from, columns()),
        data.asSlice(from * rowBytes(), (to - from) * rowBytes()));
  }

  /// The same bytes under another shape of as many elements.
  public Tensor reshape(long... newShape) {
    return of(name, dtype, data, newShape);
  }
}
