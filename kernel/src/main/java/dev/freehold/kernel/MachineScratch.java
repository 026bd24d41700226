package dev.freehold.kernel;

import dev.freehold.kernel.x86.FloatTile;
import dev.freehold.kernel.x86.Int8DotRows;
import dev.freehold.kernel.x86.Int8Scales;
import dev.freehold.kernel.x86.Int8Stream;
import dev.freehold.kernel.x86.Int8Tile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Memory of one worker outside the heap for the emitted kernels: a stretch of unpacked weights and
/// scales, which stays in the first cache, the fields of a call, and the sums of a chunk.
final class MachineScratch {
  static final int BLOCKS = Int8Scales.BLOCKS;

  /// Tokens that are multiplied with a chunk of rows before the next chunk.
  static final int TOKENS = 528;

  private static final long GROUP_BITS = 512L * BLOCKS;
  private static final long ALIGNMENT = 64;

  private final MemorySegment bits;
  private final MemorySegment scales;
  private final long[] streamValues = new long[Int8Stream.FIELDS_BYTES / Long.BYTES];
  private final MemorySegment streamFields;
  private final MemorySegment dotFields;
  private final MemorySegment floatFields;

  /// Products of a group with a few tokens.
  final Rows group = Rows.allocate(Int8Stream.TOKENS, MachineWeights.ROWS);

  final FewProducts few = new FewProducts();

  /// Chains of a chunk between its stretches: [Int8Tile#CHAIN_BYTES] for each token.
  private final NativeFloats chains = new NativeFloats();

  /// Lanes of a chunk's outputs by float32 activations.
  float[] lanes = {};

  MemorySegment lanesSegment = MemorySegment.NULL;

  /// Of the chunks that many tokens are multiplied with.
  final ChunkPlan plan;

  MachineScratch(Arena arena) {
    plan = new ChunkPlan(arena);
    bits = arena.allocate(Int8Tile.GROUPS * GROUP_BITS, ALIGNMENT);
    scales = arena.allocate((long) Int8Tile.GROUPS * Int8Scales.GROUP_BYTES, ALIGNMENT);
    streamFields = arena.allocate(Int8Stream.FIELDS_BYTES, ALIGNMENT);
    dotFields = arena.allocate(Int8DotRows.FIELDS_BYTES, ALIGNMENT);
    floatFields = arena.allocate(FloatTile.FIELDS_BYTES, ALIGNMENT);
  }

  /// Makes room for the chains of this many tokens.
  void reserve(int tokens) {
    chains.reserve((long) Math.min(tokens, TOKENS) * Int8Tile.CHAIN_BYTES / Float.BYTES);
  }

  /// Address of the chains of a token of a chunk.
  long chains(int token) {
    return chains.address() + (long) token * Int8Tile.CHAIN_BYTES;
  }

  /// Copies the chains of some rows of a token.
  void copyChains(int token, float[] to, int at, int count) {
    MemorySegment.copy(
        chains.memory(),
        ValueLayout.JAVA_FLOAT,
        (long) token * Int8Tile.CHAIN_BYTES,
        to,
        at,
        count);
  }

  void reserveLanes(int length) {
    if (lanes.length < length) {
      lanes = new float[length];
      lanesSegment = MemorySegment.ofArray(lanes);
    }
  }

  void set(Int8Stream.Field field, long value) {
    streamValues[field.ordinal()] = value;
  }

  /// Address of the fields as they were set: copied at once, since a dozen stores outside the heap
  /// keep the JVM's second compiler busy for 70 ms of a start.
  long streamFields() {
    MemorySegment.copy(
        streamValues, 0, streamFields, ValueLayout.JAVA_LONG, 0, streamValues.length);
    return streamFields.address();
  }

  void set(Int8DotRows.Field field, long value) {
    dotFields.set(ValueLayout.JAVA_LONG, field.bytes(), value);
  }

  long dotFields() {
    return dotFields.address();
  }

  void set(FloatTile.Field field, long value) {
    floatFields.set(ValueLayout.JAVA_LONG, field.bytes(), value);
  }

  void add(FloatTile.Field field, long value) {
    set(field, floatFields.get(ValueLayout.JAVA_LONG, field.bytes()) + value);
  }

  long floatFields() {
    return floatFields.address();
  }

  long bitsOf(int group) {
    return bits.address() + group * GROUP_BITS;
  }

  long scalesOf(int group) {
    return scales.address() + (long) group * Int8Scales.GROUP_BYTES;
  }
}
