package dev.freehold.vault.store;

import dev.freehold.vault.Digest;

/// A blob that was put into a store, and how.
///
/// @param sums of its blocks
public record Stored(Digest digest, long size, Manner manner, BlockSums sums) {
  /// How bytes came into a store.
  public enum Manner {
    THERE("already there"),
    CLONED("cloned: shares its blocks with the original until one is written to"),
    LINKED("linked: a second name of the original, no second copy"),
    COPIED("copied"),
    WRITTEN("written");

    private final String label;

    Manner(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
