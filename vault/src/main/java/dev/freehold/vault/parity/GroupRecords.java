package dev.freehold.vault.parity;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The records of a group of stripes, each from whichever of its two copies is whole.
final class GroupRecords {
  private final @Nullable StripeRecord[] records;
  private boolean damaged;

  GroupRecords(ParityHeader header, long first, ByteBuffer bytes, ByteBuffer copies) {
    this.records = new StripeRecord[header.layout().groupSize(first)];
    for (int s = 0; s < records.length; s++) {
      StripeRecord record = new StripeRecord(header, first + s);
      StripeRecord copy = new StripeRecord(header, first + s);
      boolean whole = record.decode(bytes);
      boolean copyWhole = copy.decode(copies);
      damaged |= !whole || !copyWhole;
      if (whole || copyWhole) {
        records[s] = whole ? record : copy;
      }
    }
  }

  int size() {
    return records.length;
  }

  /// The record of a stripe of the group; none where both copies are damaged.
  Optional<StripeRecord> record(int stripe) {
    return Optional.ofNullable(records[stripe]);
  }

  /// Whether any copy of any record is not as it was.
  boolean isDamaged() {
    return damaged;
  }
}
