package dev.freehold.vault.parity;

import java.util.BitSet;

/// Which blocks of a group of stripes are not as they were.
///
/// @param data per stripe the damaged columns; none of a stripe of which nothing is known
/// @param parity per stripe the damaged rows
/// @param blind the stripes of which nothing is known, since both records are damaged
record StripeDamage(BitSet[] data, BitSet[] parity, BitSet blind) {
  static StripeDamage none(int stripes) {
    BitSet[] data = new BitSet[stripes];
    BitSet[] parity = new BitSet[stripes];
    for (int s = 0; s < stripes; s++) {
      data[s] = new BitSet();
      parity[s] = new BitSet();
    }
    return new StripeDamage(data, parity, new BitSet());
  }

  boolean isDataDamaged() {
    for (BitSet columns : data) {
      if (!columns.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  boolean isParityDamaged() {
    for (BitSet rows : parity) {
      if (!rows.isEmpty()) {
        return true;
      }
    }
    return !blind.isEmpty();
  }

  /// Whether a stripe has as many whole parity blocks as damaged data blocks.
  boolean isRepairable(int stripe, int rows) {
    return data[stripe].cardinality() <= rows - parity[stripe].cardinality();
  }
}
