package dev.freehold.kernel;

/// Working memory of one worker in matrix products, shared by all matrices.
final class MatrixScratch {
  /// Tokens that are multiplied with a chunk of rows before the next chunk.
  static final int TOKENS = 512;

  final Panel panel = new Panel();

  /// Sums of a chunk's rows and tokens.
  float[] sums = new float[Panel.ROWS * ActivationTiles.TOKENS];

  /// Makes room for the sums of this many tokens.
  void reserve(int tokens) {
    int padded = Math.min(tokens, TOKENS) + ActivationTiles.TOKENS - 1;
    int length = Panel.ROWS * (padded / ActivationTiles.TOKENS * ActivationTiles.TOKENS);
    if (sums.length < length) {
      sums = new float[length];
    }
  }
}
