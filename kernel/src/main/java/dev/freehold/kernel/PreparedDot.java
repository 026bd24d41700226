package dev.freehold.kernel;

/// Products of groups of 16 interleaved rows with one token.
interface PreparedDot {
  /// Multiplies four groups of rows with a token and adds them to 64 sums, by (c) of fh1.
  ///
  /// @param call the layout, where the groups begin, and the token
  void multiply(PreparedCall call, PreparedScratch scratch, float[] sums, int sumsAt);
}
