package dev.freehold.kernel;

/// The rows of a quantized matrix as an [IntegerMatrix] reads them: in the file's own layout, or
/// interleaved.
interface IntegerWeights {
  /// Whether [#multiplyFew] is there.
  boolean takesFew();

  /// Reads a byte of each page of rows `from` to `to - 1`; see [MatrixScratch#touch].
  void touch(MatrixScratch scratch, int from, int to);

  /// Fills the panel's part that it says it holds, from row `from` on.
  void unpack(MatrixScratch scratch, int from);

  /// Multiplies rows `from` to `to - 1` with a few tokens, by (c) of fh1.
  void multiplyFew(MatrixScratch scratch, Activations x, int from, int to, Rows y);
}
