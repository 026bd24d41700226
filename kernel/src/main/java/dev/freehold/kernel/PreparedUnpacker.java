package dev.freehold.kernel;

/// The way from interleaved rows to a [Panel].
interface PreparedUnpacker {
  /// Fills rows `row` to `row + 15` of the panel with the blocks that it says it holds.
  ///
  /// @param call the layout, and where the group of rows begins
  void unpack(PreparedCall call, PreparedScratch scratch, Panel panel, int row);
}
