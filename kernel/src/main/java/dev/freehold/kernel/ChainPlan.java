package dev.freehold.kernel;

import dev.freehold.kernel.x86.FloatChains;
import dev.freehold.kernel.x86.FloatChains.Chain;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The chains of a product, and where each contracted index stands when factors are packed chain
/// after chain.
///
/// Forward a chain is a lane of rule 2 of fh1, in the order 0, 8, 4, 12, 2, 10, ..., which makes
/// the tree 8-4-2-1 one of neighbours; backward it is a block of rule 14. Either way sums are
/// joined as on a stack.
final class ChainPlan {
  private static final int LANES = 16;

  /// Contracted indices of a batch, unless one chain has more: a panel of that many stays in the
  /// first cache.
  private static final int BATCH = 256;

  private final boolean lanes;
  private final int length;
  private final int[] starts;

  /// Indices of the first chains of batches, and the number of chains.
  private final int[] batches;

  private ChainPlan(boolean lanes, int length, int[] starts) {
    this.lanes = lanes;
    this.length = length;
    this.starts = starts;
    int[] found = new int[starts.length];
    int count = 0;
    for (int q = 1; q < starts.length; q++) {
      // Batches of 2^n chains leave the fewest sums on the stack.
      if (starts[q] == length || starts[q] - starts[found[count]] >= BATCH) {
        found[++count] = q;
      }
      if (starts[q] == length) {
        found[count] = starts.length - 1;
        break;
      }
    }
    batches = Arrays.copyOf(found, count + 1);
  }

  static ChainPlan forward(int length) {
    int[] starts = new int[LANES + 1];
    for (int q = 0; q < LANES; q++) {
      starts[q + 1] = starts[q] + Math.max(0, (length - lane(q) + LANES - 1) / LANES);
    }
    return new ChainPlan(true, length, starts);
  }

  static ChainPlan backward(int length) {
    int blocks = (length + Products.BLOCK - 1) / Products.BLOCK;
    int[] starts = new int[blocks + 1];
    for (int block = 0; block <= blocks; block++) {
      starts[block] = Math.min(length, block * Products.BLOCK);
    }
    return new ChainPlan(false, length, starts);
  }

  /// The lane whose chain is number `q`.
  private static int lane(int q) {
    return Integer.reverse(q) >>> 28;
  }

  /// Contracted indices in all.
  int length() {
    return length;
  }

  /// Whether packed indices are in another order than in memory.
  boolean lanes() {
    return lanes;
  }

  int chains() {
    return starts.length - 1;
  }

  /// Where chain `q` begins when packed.
  int start(int q) {
    return starts[q];
  }

  /// Where contracted index `j` stands when packed.
  int position(int j) {
    return lanes ? starts[lane(j % LANES)] + j / LANES : j;
  }

  int batches() {
    return batches.length - 1;
  }

  int firstChain(int batch) {
    return batches[batch];
  }

  /// Where a batch begins when packed.
  int batchStart(int batch) {
    return starts[batches[batch]];
  }

  /// Contracted indices of a batch.
  int batchLength(int batch) {
    return batchStart(batch + 1) - batchStart(batch);
  }

  int longestBatch() {
    int longest = 0;
    for (int batch = 0; batch < batches(); batch++) {
      longest = Math.max(longest, batchLength(batch));
    }
    return longest;
  }

  /// Sums that stand on the stack before a chain.
  static int depth(int q) {
    return Integer.bitCount(q);
  }

  /// Most sums that a stack holds.
  int levels() {
    return 33 - Integer.numberOfLeadingZeros(chains());
  }

  /// Bytes of the table.
  long tableBytes() {
    return (long) chains() * FloatChains.CHAIN_BYTES;
  }

  /// Writes the chains for [FloatChains].
  void write(MemorySegment table) {
    for (int q = 0; q < chains(); q++) {
      int joined = q + 1 == chains() ? Integer.bitCount(q) : Integer.numberOfTrailingZeros(~q);
      long at = (long) q * FloatChains.CHAIN_BYTES;
      long count = starts[q + 1] - starts[q];
      table.set(ValueLayout.JAVA_LONG, at + Chain.LENGTH.bytes(), count);
      table.set(ValueLayout.JAVA_LONG, at + Chain.JOINED.bytes(), joined);
    }
  }
}
