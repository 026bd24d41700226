package dev.freehold.vault.parity;

/// The bytes of a file from a position up to another, which is not part of it.
public record ByteRange(long from, long to) {
  public ByteRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("bytes " + from + " to " + to);
    }
  }

  public long length() {
    return to - from;
  }

  public boolean overlaps(long otherFrom, long otherTo) {
    return from < otherTo && otherFrom < to;
  }

  @Override
  public String toString() {
    return from + "-" + to;
  }
}
