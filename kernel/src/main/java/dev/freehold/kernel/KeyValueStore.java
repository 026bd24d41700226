package dev.freehold.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The keys and values of one attention layer of one sequence, in blocks of 256 positions.
///
/// Layout of a block, per key-value head: keys transposed, as four panels `[keyDim][64 positions]`,
/// so that scores of neighbouring positions are computed side by side and memory is read from its
/// beginning to its end; values as `[256 positions][valueDim]`. With Q8_0, keys are, for each group
/// of 32 dimensions, 256 float16 scales and then `[32][256]` int8; values are, per position, blocks
/// of a float16 scale and 32 int8. Everything little-endian. Blocks are made as positions come;
/// they live as long as the arena.
public final class KeyValueStore {
  /// Positions of a block.
  public static final int BLOCK = 256;

  /// Positions of a panel of keys.
  static final int PANEL = 64;

  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  static final int GROUP = 32;
  static final int VALUE_GROUP_BYTES = 2 + GROUP;

  private final Arena arena;
  private final KvDtype dtype;
  private final int heads;
  private final int keyDim;
  private final int valueDim;
  private final List<MemorySegment> keyBlocks = new ArrayList<>();
  private final List<MemorySegment> valueBlocks = new ArrayList<>();
  private int length;

  /// @param arena owner of the blocks, open to all threads of the kernel pool
  /// @param heads key-value heads G
  public KeyValueStore(Arena arena, KvDtype dtype, int heads, int keyDim, int valueDim) {
    if (dtype == KvDtype.Q8_0 && (keyDim % GROUP != 0 || valueDim % GROUP != 0)) {
      throw new KernelException(
          ("kv q8_0: heads must be multiples of 32 long, found keys of %d and values of %d; "
                  + "choose f16, bf16 or f32")
              .formatted(keyDim, valueDim));
    }
    this.arena = arena;
    this.dtype = dtype;
    this.heads = heads;
    this.keyDim = keyDim;
    this.valueDim = valueDim;
  }

  public KvDtype dtype() {
    return dtype;
  }

  public int heads() {
    return heads;
  }

  public int keyDim() {
    return keyDim;
  }

  public int valueDim() {
    return valueDim;
  }

  /// Positions that are held.
  public int length() {
    return length;
  }

  /// Bytes that one position takes in a layer of this shape.
  public static long bytesPerPosition(KvDtype dtype, int heads, int keyDim, int valueDim) {
    return heads * (bytes(dtype, keyDim) + bytes(dtype, valueDim));
  }

  private static long bytes(KvDtype dtype, int elements) {
    return switch (dtype) {
      case F32 -> 4L * elements;
      case F16, BF16 -> 2L * elements;
      case Q8_0 -> (long) elements / GROUP * VALUE_GROUP_BYTES;
    };
  }

  /// Bytes of one head in a block of keys.
  long keyHeadBytes() {
    return bytes(dtype, keyDim) * BLOCK;
  }

  /// Bytes of one head in a block of values.
  long valueHeadBytes() {
    return bytes(dtype, valueDim) * BLOCK;
  }

  /// Bytes of one position of one head in a block of values.
  long valueRowBytes() {
    return bytes(dtype, valueDim);
  }

  MemorySegment keyBlock(int block) {
    return keyBlocks.get(block);
  }

  MemorySegment valueBlock(int block) {
    return valueBlocks.get(block);
  }

  /// Makes room for `tokens` positions after the last one.
  void reserve(int tokens) {
    int blocks = (length + tokens + BLOCK - 1) / BLOCK;
    while (keyBlocks.size() < blocks) {
      keyBlocks.add(arena.allocate(heads * keyHeadBytes(), 64));
      valueBlocks.add(arena.allocate(heads * valueHeadBytes(), 64));
    }
  }

  /// Appends `tokens` positions, from row `first` on: a row of `keys` holds G heads of keyDim, of
  /// `values` G heads of valueDim; see [KeyValueWriter] for the rounding.
  public void append(Rows keys, Rows values, int first, int tokens) {
    extend(tokens);
    KeyValueWriter writer = new KeyValueWriter();
    for (int head = 0; head < heads; head++) {
      writer.write(this, head, keys, values, first, tokens);
    }
  }

  /// Takes up `tokens` positions after the last one, which hold nothing until each head is written.
  void extend(int tokens) {
    reserve(tokens);
    length += tokens;
  }

  /// Elements of keys, but of Q8_0, that lie before element `e` of the key in a slot.
  long keyIndex(int slot, int e) {
    return ((long) slot / PANEL * keyDim + e) * PANEL + slot % PANEL;
  }

  /// Element `e` of the key of `head` at `position`, as the store holds it.
  float key(int head, int position, int e) {
    MemorySegment block = keyBlocks.get(position / BLOCK);
    int slot = position % BLOCK;
    long base = head * keyHeadBytes();
    long index = keyIndex(slot, e);
    return switch (dtype) {
      case F32 -> block.get(FLOAT, base + index * 4);
      case F16 -> Float.float16ToFloat(block.get(SHORT, base + index * 2));
      case BF16 -> Bf16.toFloat(block.get(SHORT, base + index * 2));
      case Q8_0 -> {
        long group = base + (long) (e / GROUP) * BLOCK * VALUE_GROUP_BYTES;
        float scale = Float.float16ToFloat(block.get(SHORT, group + slot * 2L));
        byte q =
            block.get(
                ValueLayout.JAVA_BYTE, group + BLOCK * 2L + (long) (e % GROUP) * BLOCK + slot);
        yield scale * q;
      }
    };
  }

  /// Element `e` of the value of `head` at `position`, as the store holds it.
  float value(int head, int position, int e) {
    MemorySegment block = valueBlocks.get(position / BLOCK);
    long base = head * valueHeadBytes() + position % BLOCK * valueRowBytes();
    return switch (dtype) {
      case F32 -> block.get(FLOAT, base + e * 4L);
      case F16 -> Float.float16ToFloat(block.get(SHORT, base + e * 2L));
      case BF16 -> Bf16.toFloat(block.get(SHORT, base + e * 2L));
      case Q8_0 -> {
        long group = base + (long) (e / GROUP) * VALUE_GROUP_BYTES;
        yield Float.float16ToFloat(block.get(SHORT, group))
            * block.get(ValueLayout.JAVA_BYTE, group + 2 + e % GROUP);
      }
    };
  }

  /// Forgets the positions from `newLength` on.
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new KernelException(
          "key-value store: cannot cut %d positions to %d".formatted(length, newLength));
    }
    length = newLength;
  }

  /// Replaces the content by the first positions of another store of the same shape.
  public void copy(KeyValueStore source, int newLength) {
    if (newLength < 0 || newLength > source.length) {
      throw new KernelException(
          "key-value store: cannot copy %d of %d positions".formatted(newLength, source.length));
    }
    length = 0;
    reserve(newLength);
    for (int block = 0; block * BLOCK < newLength; block++) {
      keyBlocks.get(block).copyFrom(source.keyBlocks.get(block));
      valueBlocks.get(block).copyFrom(source.valueBlocks.get(block));
    }
    length = newLength;
  }

  /// Bytes of the blocks that hold the present positions.
  public long byteSize() {
    long blocks = (length + BLOCK - 1) / BLOCK;
    return blocks * heads * (keyHeadBytes() + valueHeadBytes());
  }

  /// Writes the blocks that hold the present positions to `target` at `offset`; slots past the last
  /// position hold whatever they held and are never read.
  public void save(MemorySegment target, long offset) {
    long at = offset;
    for (int block = 0; block * BLOCK < length; block++) {
      MemorySegment.copy(keyBlocks.get(block), 0, target, at, heads * keyHeadBytes());
      at += heads * keyHeadBytes();
      MemorySegment.copy(valueBlocks.get(block), 0, target, at, heads * valueHeadBytes());
      at += heads * valueHeadBytes();
    }
  }

  /// Replaces the content by what [#save] wrote of a store of the same shape with `newLength`
  /// positions.
  public void load(MemorySegment source, long offset, int newLength) {
    length = 0;
    reserve(newLength);
    long at = offset;
    for (int block = 0; block * BLOCK < newLength; block++) {
      MemorySegment.copy(source, at, keyBlocks.get(block), 0, heads * keyHeadBytes());
      at += heads * keyHeadBytes();
      MemorySegment.copy(source, at, valueBlocks.get(block), 0, heads * valueHeadBytes());
      at += heads * valueHeadBytes();
    }
    length = newLength;
  }
}
