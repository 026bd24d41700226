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

  /// Elements of 16 bits of a cache line.
  private static final int LINE = 32;

  static final int VALUE_GROUP_BYTES = 2 + GROUP;

  private final Arena arena;
  private final KvDtype dtype;
  private final int heads;
  private final int keyDim;
  private final int valueDim;
  private final List<MemorySegment> keyBlocks = new ArrayList<>();
  private final List<MemorySegment> valueBlocks = new ArrayList<>();
  private int length;

  /// A row of values of 16 bits on its way to a block.
  private short[] halves = {};

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
  /// `values` G heads of valueDim. Rounding: f16 and bf16 to nearest even; q8_0 per 32 elements
  /// with scale f16(amax / 127) and q = round half even(x * (127 / amax)).
  public void append(Rows keys, Rows values, int first, int tokens) {
    reserve(tokens);
    int atOnce = tokens > 1 && hasHalves() ? PANEL + Math.min(tokens, PANEL) : 0;
    short[] room = atOnce == 0 ? halves : new short[atOnce * heads * keyDim];
    for (int t = 0; t < tokens; ) {
      int slot = (length + t) % BLOCK;
      int count = Math.min(PANEL - slot % PANEL, tokens - t);
      writeKeys(keyBlocks.get((length + t) / BLOCK), slot, keys, first + t, count, room);
      writeValues(valueBlocks.get((length + t) / BLOCK), slot, values, first + t, count);
      t += count;
    }
    length += tokens;
  }

  /// Writes `count` keys of each head to a panel, from a slot on.
  ///
  /// @param room where several keys of 16 bits are put side by side
  private void writeKeys(
      MemorySegment block, int slot, Rows keys, int first, int count, short[] room) {
    if (count > 1 && hasHalves()) {
      writePanel(block, slot, keys, first, count, room);
      return;
    }
    for (int head = 0; head < heads; head++) {
      for (int t = 0; t < count; t++) {
        int at = keys.at(first + t) + head * keyDim;
        writeKey(block, head * keyHeadBytes(), slot + t, keys.data(), at);
      }
    }
  }

  /// The same for elements of 16 bits: panels are changed in the heap, since single elements
  /// outside of it take long to write in a process that has just started.
  ///
  /// @param room the panels of all heads, and then the keys
  private void writePanel(
      MemorySegment block, int slot, Rows keys, int first, int count, short[] room) {
    int row = heads * keyDim;
    int column = slot % PANEL;
    if (count < PANEL) {
      copyPanels(block, slot, room, false);
    }
    for (int t = 0; t < count; t++) {
      makeHalves(keys.data(), keys.at(first + t), row, room, (PANEL + t) * row);
    }
    for (int from = 0; from < row; from += LINE) {
      for (int t = 0; t < count; t++) {
        int key = (PANEL + t) * row + from;
        spread(room, key, Math.min(LINE, row - from), from * PANEL + column + t);
      }
    }
    copyPanels(block, slot, room, true);
  }

  /// Copies the panels of a slot, one of each head, to a block or from it.
  private void copyPanels(MemorySegment block, int slot, short[] panels, boolean back) {
    int size = keyDim * PANEL;
    for (int head = 0; head < heads; head++) {
      long at = head * keyHeadBytes() + keyIndex(slot - slot % PANEL, 0) * 2;
      if (back) {
        MemorySegment.copy(panels, head * size, block, SHORT, at, size);
      } else {
        MemorySegment.copy(block, SHORT, at, panels, head * size, size);
      }
    }
  }

  /// Puts elements of a key into a column of panels.
  private static void spread(short[] room, int at, int count, int to) {
    for (int i = 0; i < count; i++) {
      room[to + i * PANEL] = room[at + i];
    }
  }

  private void writeValues(MemorySegment block, int slot, Rows values, int first, int count) {
    if (hasHalves() && halves.length < heads * valueDim) {
      halves = new short[heads * valueDim];
    }
    for (int t = 0; t < count; t++) {
      int at = values.at(first + t);
      if (hasHalves()) {
        makeHalves(values.data(), at, heads * valueDim, halves, 0);
      }
      for (int head = 0; head < heads; head++) {
        long base = head * valueHeadBytes() + (slot + t) * valueRowBytes();
        if (hasHalves()) {
          MemorySegment.copy(halves, head * valueDim, block, SHORT, base, valueDim);
        } else {
          writeValue(block, base, values.data(), at + head * valueDim);
        }
      }
    }
  }

  private boolean hasHalves() {
    return dtype == KvDtype.F16 || dtype == KvDtype.BF16;
  }

  private void makeHalves(float[] x, int at, int count, short[] to, int toAt) {
    if (dtype == KvDtype.F16) {
      for (int i = 0; i < count; i++) {
        to[toAt + i] = Float.floatToFloat16(x[at + i]);
      }
    } else {
      for (int i = 0; i < count; i++) {
        to[toAt + i] = Bf16.fromFloat(x[at + i]);
      }
    }
  }

  /// Elements of keys, but of Q8_0, that lie before element `e` of the key in a slot.
  long keyIndex(int slot, int e) {
    return ((long) slot / PANEL * keyDim + e) * PANEL + slot % PANEL;
  }

  private void writeKey(MemorySegment block, long base, int slot, float[] x, int at) {
    switch (dtype) {
      case F32 -> {
        for (int e = 0; e < keyDim; e++) {
          block.set(FLOAT, base + keyIndex(slot, e) * 4, x[at + e]);
        }
      }
      case F16 -> {
        for (int e = 0; e < keyDim; e++) {
          block.set(SHORT, base + keyIndex(slot, e) * 2, Float.floatToFloat16(x[at + e]));
        }
      }
      case BF16 -> {
        for (int e = 0; e < keyDim; e++) {
          block.set(SHORT, base + keyIndex(slot, e) * 2, Bf16.fromFloat(x[at + e]));
        }
      }
      case Q8_0 -> {
        for (int group = 0; group < keyDim / GROUP; group++) {
          long groupBase = base + (long) group * BLOCK * VALUE_GROUP_BYTES;
          float amax = amax(x, at + group * GROUP);
          block.set(SHORT, groupBase + slot * 2L, scale(amax));
          for (int e = 0; e < GROUP; e++) {
            block.set(
                ValueLayout.JAVA_BYTE,
                groupBase + BLOCK * 2L + (long) e * BLOCK + slot,
                round(x[at + group * GROUP + e], amax));
          }
        }
      }
    }
  }

  private void writeValue(MemorySegment block, long base, float[] x, int at) {
    switch (dtype) {
      case F32 -> MemorySegment.copy(x, at, block, FLOAT, base, valueDim);
      case F16, BF16 -> throw new AssertionError(dtype);
      case Q8_0 -> {
        for (int group = 0; group < valueDim / GROUP; group++) {
          long groupBase = base + (long) group * VALUE_GROUP_BYTES;
          float amax = amax(x, at + group * GROUP);
          block.set(SHORT, groupBase, scale(amax));
          for (int e = 0; e < GROUP; e++) {
            block.set(
                ValueLayout.JAVA_BYTE, groupBase + 2 + e, round(x[at + group * GROUP + e], amax));
          }
        }
      }
    }
  }

  private static float amax(float[] x, int at) {
    float amax = 0;
    for (int i = 0; i < GROUP; i++) {
      amax = Math.max(amax, Math.abs(x[at + i]));
    }
    return amax;
  }

  private static short scale(float amax) {
    return amax < Activations.SMALLEST_AMAX ? 0 : Float.floatToFloat16(amax / 127);
  }

  private static byte round(float x, float amax) {
    float inverse = amax < Activations.SMALLEST_AMAX ? 0 : 127 / amax;
    return (byte) Math.clamp((int) Math.rint(x * inverse), -127, 127);
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
