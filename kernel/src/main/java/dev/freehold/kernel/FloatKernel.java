package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// Products of float32 weights and activations in 16 lanes per output, (a) of fh1.
interface FloatKernel {
  /// Reads consecutive values of F32, F16 or BF16.
  ///
  /// @param offset the byte where they begin
  /// @param to index of the first in `values`
  void read(Dtype dtype, MemorySegment src, long offset, float[] values, int to, int count);

  /// Adds a panel's columns to the panel's lanes of each output.
  ///
  /// The panel holds dequantized weights, element k of row r at `r * Panel.COLUMNS + k`, its rows a
  /// multiple of 8; its first column is a multiple of 16.
  ///
  /// @param columns columns that the panel holds
  /// @param x rows of activations; token t of the `tokens` is row `firstToken + t`
  void multiply(Panel panel, int columns, Rows x, int firstToken, int tokens);

  /// Joins the lanes of `count` outputs by the tree 8-4-2-1 into `outputs`.
  void join(float[] lanes, int lanesAt, float[] outputs, int outputsAt, int count);
}
