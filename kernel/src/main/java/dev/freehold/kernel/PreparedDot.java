package dev.freehold.kernel;

/// Products of 16 interleaved rows with one token, and the way from such rows to a [Panel].
interface PreparedDot {
  /// Multiplies a group of rows with a token and adds it to 16 sums, by (c) of fh1.
  ///
  /// @param call the layout, where the group begins, and the token
  void multiply(PreparedCall call, DirectScratch scratch, float[] sums, int sumsAt);

  /// Fills rows `row` to `row + 15` of the panel with the blocks that it says it holds.
  void unpack(PreparedCall call, DirectScratch scratch, Panel panel, int row);
}
