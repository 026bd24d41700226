package dev.freehold.vault.parity;

import dev.freehold.vault.VaultException;

/// How a file is cut into columns, blocks and stripes, and where its parity stands in a parity
/// file.
///
/// The file is `dataColumns` columns of `stripes` blocks each, column after column; what is missing
/// at the end counts as zeros. Stripe s is block s of every column, with `parityColumns` blocks
/// computed from them. Blocks that follow each other are in different stripes, so that a gap as
/// long as all parity takes no more blocks from any stripe than it can compute again.
///
/// A parity file is: header; per group of stripes their records, then their parity blocks, row
/// after row; all records a second time; the header a second time.
record Layout(
    long length, int blockBytes, int dataColumns, int parityColumns, long stripes, int group) {
  static final int HEADER_BYTES = 512;

  private static final int SMALLEST_BLOCK = 512;
  private static final int LARGEST_BLOCK = 1 << 16;

  /// How many bytes of a column are worked on at a time.
  private static final int GROUP_BYTES = 2 << 20;

  private static final int MOST_PARITY_COLUMNS = 16;
  private static final int BLOCKS_OF_SMALL_BLOCKS = 1024;

  /// Files up to this are kept a second time: that costs little, and they are not worth risking.
  private static final long COPIED_BYTES = 256 << 10;

  private static final long MOST_BYTES = 1L << 42;

  Layout {
    boolean blocksFit =
        blockBytes >= SMALLEST_BLOCK
            && blockBytes <= LARGEST_BLOCK
            && blockBytes % (Block.PLANES * Long.BYTES) == 0;
    boolean columnsFit =
        dataColumns >= 1
            && parityColumns >= 1
            && parityColumns <= MOST_PARITY_COLUMNS
            && dataColumns + parityColumns <= CauchyMatrix.MOST_BLOCKS;
    if (!blocksFit || !columnsFit || length < 0 || length > MOST_BYTES) {
      throw new VaultException(
          "a parity file with blocks of %d bytes, %d + %d columns, for %d bytes: not one of ours"
              .formatted(blockBytes, dataColumns, parityColumns, length));
    }
    long blocks = Math.ceilDiv(length, blockBytes);
    if (stripes != Math.ceilDiv(blocks, dataColumns) || group != groupOf(blockBytes)) {
      throw new VaultException(
          "a parity file of %d stripes, %d at a time, for %d blocks in %d columns: not one of ours"
              .formatted(stripes, group, blocks, dataColumns));
    }
  }

  static Layout of(long length, Redundancy redundancy) {
    if (redundancy.isNone()) {
      throw new IllegalArgumentException("no parity, no layout");
    }
    if (length <= COPIED_BYTES) {
      return of(length, SMALLEST_BLOCK, 1, 1);
    }
    double share = redundancy.share();
    int most = (int) (CauchyMatrix.MOST_BLOCKS * share / (1 + share));
    int parity = Math.clamp(most, 1, MOST_PARITY_COLUMNS);
    int columns = Math.clamp((int) (parity / share), 1, CauchyMatrix.MOST_BLOCKS - parity);
    int blockBytes = blockBytes(length);
    long blocks = Math.ceilDiv(length, blockBytes);
    int evenColumns = (int) Math.ceilDiv(blocks, Math.ceilDiv(blocks, columns));
    return of(length, blockBytes, evenColumns, parity);
  }

  private static Layout of(long length, int blockBytes, int dataColumns, int parityColumns) {
    long stripes = Math.ceilDiv(Math.ceilDiv(length, blockBytes), dataColumns);
    return new Layout(length, blockBytes, dataColumns, parityColumns, stripes, groupOf(blockBytes));
  }

  private static int blockBytes(long length) {
    long wanted = Math.ceilDiv(length, BLOCKS_OF_SMALL_BLOCKS);
    int unit = Block.PLANES * Long.BYTES;
    return (int) Math.clamp(Math.ceilDiv(wanted, unit) * unit, SMALLEST_BLOCK, LARGEST_BLOCK);
  }

  private static int groupOf(int blockBytes) {
    return GROUP_BYTES / blockBytes;
  }

  /// How many blocks hold bytes of the file.
  long blocks() {
    return Math.ceilDiv(length, blockBytes);
  }

  /// How many stripes the group has that begins with the given one.
  int groupSize(long firstStripe) {
    return (int) Math.min(group, stripes - firstStripe);
  }

  long block(int column, long stripe) {
    return column * stripes + stripe;
  }

  /// Where the column's part of the stripe and those after it stands in the file.
  long position(int column, long stripe) {
    return block(column, stripe) * blockBytes;
  }

  /// A record has a check for each block of a stripe, and one for itself.
  int recordBytes() {
    return (dataColumns + parityColumns + 1) * Integer.BYTES;
  }

  private long stripeBytes() {
    return recordBytes() + (long) parityColumns * blockBytes;
  }

  /// Where the records of a group stand that begins with the given stripe.
  long recordsPosition(long firstStripe) {
    return HEADER_BYTES + firstStripe * stripeBytes();
  }

  /// Where the parity blocks of one row stand, of a group that begins with the given stripe.
  long parityPosition(long firstStripe, int row) {
    int size = groupSize(firstStripe);
    long records = (long) size * recordBytes();
    return recordsPosition(firstStripe) + records + (long) row * size * blockBytes;
  }

  /// Where the second copy of a stripe's record stands.
  long recordCopyPosition(long stripe) {
    return HEADER_BYTES + stripes * stripeBytes() + stripe * recordBytes();
  }

  long headerCopyPosition() {
    return recordCopyPosition(stripes);
  }

  long fileBytes() {
    return headerCopyPosition() + HEADER_BYTES;
  }

  /// The longest gap that is always repaired, wherever it begins.
  long burstBytes() {
    return Math.max(0, stripes * parityColumns - 1) * blockBytes;
  }
}
