package dev.freehold.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What each block of positions gives for a single token, where several workers share the blocks of
/// a key-value head; grows to the longest and is kept.
///
/// Only the join of blocks goes over them in order, so workers may take the blocks in any, and how
/// they are cut into parts does not show: there are as many as keep all workers at work.
final class MachineAttentionParts {
  private static final int BLOCK = KeyValueStore.BLOCK;

  /// Parts of a layer for each worker that are aimed at.
  private static final int PARTS = 4;

  /// Most bytes of outputs that are kept; above it blocks are not shared.
  private static final long MOST_BYTES = 64L << 20;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final int workers;
  private MemorySegment outputs = MemorySegment.NULL;
  private MemorySegment states = MemorySegment.NULL;
  private int firstBlock;
  private int endBlock;
  private int blocksOfPart = 1;
  private int rows;
  private long blockBytes;

  MachineAttentionParts(int workers) {
    this.workers = workers;
  }

  /// Cuts the blocks that a call's token sees into parts; 1 where they are not to be shared.
  int cut(AttentionCall call) {
    AttentionShape shape = call.shape;
    firstBlock = shape.firstVisible(call.firstPosition) / BLOCK;
    endBlock = call.firstPosition / BLOCK + 1;
    int blocks = endBlock - firstBlock;
    int groups = shape.keyValueHeads();
    blocksOfPart = Math.max(1, groups * blocks / (PARTS * workers));
    rows = shape.heads() / groups;
    blockBytes = 4L * rows * shape.valueDim();
    long bytes = groups * blocks * blockBytes;
    if (workers == 1 || call.tokens != 1 || count() == 1 || bytes > MOST_BYTES) {
      return 1;
    }
    outputs = atLeast(outputs, bytes);
    states = atLeast(states, 8L * groups * blocks * rows);
    return count();
  }

  private static MemorySegment atLeast(MemorySegment memory, long bytes) {
    return memory.byteSize() >= bytes ? memory : Arena.ofAuto().allocate(2 * bytes, 64);
  }

  int count() {
    return (endBlock - firstBlock + blocksOfPart - 1) / blocksOfPart;
  }

  int firstBlock(int part) {
    return firstBlock + part * blocksOfPart;
  }

  /// The block after the last of a part.
  int endBlock(int part) {
    return Math.min(endBlock, firstBlock + (part + 1) * blocksOfPart);
  }

  /// The outputs of all blocks, those of a block's rows side by side.
  MemorySegment outputs() {
    return outputs;
  }

  /// Where in [#outputs] those of a block begin.
  long outputsAt(int group, int block) {
    return index(group, block) * blockBytes;
  }

  private long index(int group, int block) {
    return (long) group * (endBlock - firstBlock) + block - firstBlock;
  }

  void set(int group, int block, int row, float maximum, float sum) {
    long at = stateAt(group, block, row);
    states.set(FLOAT, at, maximum);
    states.set(FLOAT, at + 4, sum);
  }

  float maximum(int group, int block, int row) {
    return states.get(FLOAT, stateAt(group, block, row));
  }

  float sum(int group, int block, int row) {
    return states.get(FLOAT, stateAt(group, block, row) + 4);
  }

  private long stateAt(int group, int block, int row) {
    return 8 * (index(group, block) * rows + row);
  }
}
