package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// Reads the blocks of some dtypes into a [Panel].
interface Unpackers {
  /// Whether it reads this dtype.
  boolean takes(Dtype dtype);

  /// Fills the part of the panel that it says it holds.
  ///
  /// @param weights the bytes of a matrix
  /// @param offset where the panel's first row begins
  /// @param rowBytes bytes from one row to the next
  void unpack(Dtype dtype, MemorySegment weights, long offset, long rowBytes, Panel panel);
}
