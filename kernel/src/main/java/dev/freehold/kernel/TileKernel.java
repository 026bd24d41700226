package dev.freehold.kernel;

/// Products of a panel of weights with a tile of tokens; lanes are tokens.
interface TileKernel {
  /// Adds the panel's blocks to the sums, in ascending order, by (c) of fh1.
  ///
  /// @param tile number of the tile
  /// @param sums sum of row r and token t of the tile, at `sumsAt + r * width + t`
  void multiply(Panel panel, ActivationTiles x, int tile, float[] sums, int sumsAt);
}
