package dev.freehold.vault.repair;

import dev.freehold.vault.Digest;
import dev.freehold.vault.parity.ByteRange;
import java.util.List;

/// What a repair looked at, what it made whole, and what it could not.
///
/// @param checkedBlobs how many blobs were read whole
/// @param checkedBytes of them together
public record RepairReport(
    long checkedBlobs, long checkedBytes, List<Repaired> repaired, List<Lost> lost) {
  public RepairReport {
    repaired = List.copyOf(repaired);
    lost = List.copyOf(lost);
  }

  /// A blob that is whole again.
  ///
  /// @param what it is to its model: a file's path, or the kind of record
  /// @param from what it was made of
  public record Repaired(Digest digest, String what, String from) {}

  /// A blob that is still damaged or missing.
  ///
  /// @param parts the bytes that cannot be had, where that is known; none where it is the whole
  ///   blob
  /// @param reasons what was tried, and why it did not help
  public record Lost(Digest digest, String what, List<ByteRange> parts, List<String> reasons) {
    public Lost {
      parts = List.copyOf(parts);
      reasons = List.copyOf(reasons);
    }
  }

  public boolean isAllWhole() {
    return lost.isEmpty();
  }
}
