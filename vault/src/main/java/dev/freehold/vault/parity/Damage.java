package dev.freehold.vault.parity;

import java.util.List;

/// What a look at a file and its parity found.
///
/// @param length how long the file must be
/// @param found how long it is
/// @param damaged the parts that are not as they were, in order
/// @param lost those of them that the parity cannot give back
/// @param parityDamaged whether the parity file itself is not as it was
public record Damage(
    long length, long found, List<ByteRange> damaged, List<ByteRange> lost, boolean parityDamaged) {
  public Damage {
    damaged = List.copyOf(damaged);
    lost = List.copyOf(lost);
  }

  /// Whether the file, as far as its blocks' checks tell, is as it was.
  public boolean isFileWhole() {
    return damaged.isEmpty() && found == length;
  }

  public boolean isRepairable() {
    return lost.isEmpty();
  }

  public long damagedBytes() {
    return damaged.stream().mapToLong(ByteRange::length).sum();
  }
}
