package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Chunk;
import dev.freehold.kernel.x86.Int8Chunk.Counter;
import dev.freehold.kernel.x86.Int8Chunk.Part;
import dev.freehold.kernel.x86.Int8Chunk.State;
import dev.freehold.kernel.x86.Int8Tile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What [Int8Chunk] does in the chunks of a matrix that are alike; one worker's.
final class ChunkPlan {
  private final EmittedKernel code = new EmittedKernel(List.of(Int8Chunk.class), Int8Chunk::emit);
  private final MemorySegment memory;
  private @Nullable Object owner;
  private long version;
  private int stretches;
  private int firstBlocks;
  private int lastBlocks;

  ChunkPlan(Arena arena) {
    memory = arena.allocate(Int8Chunk.PLAN_BYTES, 64);
  }

  /// Whether it was begun for this.
  boolean isOf(Object newOwner, long newVersion) {
    return owner == newOwner && version == newVersion;
  }

  /// Begins a new plan, all of whose numbers have to be set.
  ///
  /// @param blocks of a row
  /// @param perCall stretches of a call at most
  void begin(Object newOwner, long newVersion, int blocks, int perCall) {
    owner = newOwner;
    version = newVersion;
    stretches = (blocks + MachineScratch.BLOCKS - 1) / MachineScratch.BLOCKS;
    lastBlocks = blocks - (stretches - 1) * MachineScratch.BLOCKS;
    firstBlocks = stretches == 1 ? lastBlocks : MachineScratch.BLOCKS;
    set(Counter.STRETCHES, stretches);
    set(Counter.PER_CALL, perCall);
  }

  int stretches() {
    return stretches;
  }

  private void set(Counter counter, long value) {
    memory.set(ValueLayout.JAVA_LONG, counter.bytes(), value);
  }

  /// What is called for a part; [MemorySegment#NULL] where nothing is.
  void call(Part part, MemorySegment entry) {
    memory.set(ValueLayout.JAVA_LONG, Int8Chunk.codeAt(part), entry.address());
  }

  private void set(Part part, State state, int index, long value) {
    memory.set(ValueLayout.JAVA_LONG, Int8Chunk.numbersAt(part, state) + 8L * index, value);
  }

  /// A number of a part that is the same in all stretches.
  void set(Part part, int index, long value) {
    set(part, index, value, 0, 0, 0);
  }

  /// A number of a part: what it is at first, and how much more with each chunk, with each stretch,
  /// and at the last one.
  void set(Part part, int index, long first, long perChunk, long perStretch, long atLast) {
    set(part, State.FIRST, index, first);
    set(part, State.PER_CHUNK, index, perChunk);
    set(part, State.PER_STRETCH, index, perStretch);
    set(part, State.AT_LAST, index, atLast);
  }

  /// The number of a part that is the blocks of a stretch.
  void setBlocks(Part part, int index) {
    set(part, index, firstBlocks, 0, 0, lastBlocks - firstBlocks);
  }

  void set(Part part, Int8Tile.Field field, long value) {
    set(part, field.ordinal(), value);
  }

  /// Where the weights lie that are multiplied, and how far it is from a group's to the next one's.
  void setWeights(long first, long perChunk, long perStretch, long groupStride) {
    for (Part part : List.of(Part.MULTIPLY, Part.MULTIPLY_REST)) {
      set(part, Int8Tile.Field.WEIGHTS.ordinal(), first, perChunk, perStretch, 0);
      set(part, Int8Tile.Field.GROUP_STRIDE, groupStride);
    }
  }

  /// Multiplies the rows of a chunk.
  void run(int chunk, Activations x, MemorySegment starts, Rows y) {
    long perCall = memory.get(ValueLayout.JAVA_LONG, Counter.PER_CALL.bytes());
    for (long done = 0; done < stretches; done += perCall) {
      MachineKernels.multiply(
          code.entry(), done == 0 ? chunk : -1, x, starts, y.segment(), memory.address());
    }
  }
}
