package dev.freehold.vault.parity;

import java.util.Arrays;
import java.util.BitSet;

/// A stripe that is being computed again: which columns, from which rows of parity.
final class DamagedStripe {
  /// Which stripe of its group it is.
  final int number;

  /// The damaged columns.
  final int[] columns;

  /// As many whole rows.
  final int[] rows;

  /// Per row what its parity is the sum of, less what was taken off so far.
  final Block[] sums;

  DamagedStripe(Layout layout, int number, BitSet columns, BitSet damagedRows) {
    this.number = number;
    this.columns = columns.stream().toArray();
    this.rows = new int[this.columns.length];
    this.sums = new Block[this.columns.length];
    int row = damagedRows.nextClearBit(0);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row;
      sums[i] = new Block(layout.blockBytes());
      row = damagedRows.nextClearBit(row + 1);
    }
  }

  boolean isDamaged(int column) {
    return Arrays.binarySearch(columns, column) >= 0;
  }
}
