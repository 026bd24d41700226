package dev.freehold.kernel;

/// The rows of a quantized matrix as an [IntegerMatrix] reads them: in the file's own layout, or
/// interleaved.
interface IntegerWeights {
  /// Rows that [#multiplyFew] takes at once; 0 where there is no such kernel.
  int rowsOfFew();

  /// Reads a byte of each page of rows `from` to `to - 1`; see [MatrixScratch#touch].
  void touch(MatrixScratch scratch, int from, int to);

  /// Fills the panel's part that it says it holds, from row `from` on.
  void unpack(MatrixScratch scratch, int from);

  /// Multiplies rows `from` to `to - 1`, at most [#rowsOfFew], with a few tokens, by (c) of fh1.
  void multiplyFew(MatrixScratch scratch, Activations x, int from, int to, Rows y);
}
