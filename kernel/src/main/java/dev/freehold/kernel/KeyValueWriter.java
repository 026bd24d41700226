package dev.freehold.kernel;

import static dev.freehold.kernel.KeyValueStore.BLOCK;
import static dev.freehold.kernel.KeyValueStore.FLOAT;
import static dev.freehold.kernel.KeyValueStore.GROUP;
import static dev.freehold.kernel.KeyValueStore.PANEL;
import static dev.freehold.kernel.KeyValueStore.SHORT;
import static dev.freehold.kernel.KeyValueStore.VALUE_GROUP_BYTES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Writes keys and values of new positions to stores, head by head; one thread's, used again.
///
/// Rounding: f16 and bf16 to nearest even; q8_0 per 32 elements with scale f16(amax / 127) and q =
/// round half even(x * (127 / amax)).
final class KeyValueWriter {
  /// A panel of keys with elements of 16 bits, and such elements of one row.
  private short[] panel = {};

  private short[] halves = {};

  private KvDtype dtype = KvDtype.F32;
  private int keyDim;
  private int valueDim;

  /// Where the head begins in blocks of keys and of values.
  private long keyBase;

  private long valueBase;

  /// Writes one head of the last `tokens` positions of a store.
  ///
  /// @param keys rows of all heads' keys, from row `first` on
  /// @param values rows of all heads' values
  void write(KeyValueStore store, int head, Rows keys, Rows values, int first, int tokens) {
    begin(store, head);
    int from = store.length() - tokens;
    for (int t = 0; t < tokens; ) {
      int position = from + t;
      int count = Math.min(PANEL - position % PANEL, tokens - t);
      int keyAt = keys.at(first + t) + head * keyDim;
      writeKeys(store, position, count, keys, keyAt);
      for (int i = 0; i < count; i++) {
        int at = values.at(first + t + i) + head * valueDim;
        long to = valueBase + (position + i) % BLOCK * store.valueRowBytes();
        writeValue(store.valueBlock(position / BLOCK), to, values.data(), at);
      }
      t += count;
    }
  }

  private void begin(KeyValueStore store, int head) {
    dtype = store.dtype();
    keyDim = store.keyDim();
    valueDim = store.valueDim();
    keyBase = head * store.keyHeadBytes();
    valueBase = head * store.valueHeadBytes();
  }

  private boolean isHalf() {
    return dtype == KvDtype.F16 || dtype == KvDtype.BF16;
  }

  /// Writes keys of a panel, from a position on.
  ///
  /// @param at where the first key begins in the rows' array
  private void writeKeys(KeyValueStore store, int position, int count, Rows keys, int at) {
    if (count > 1 && isHalf()) {
      writePanel(store, position, count, keys, at);
      return;
    }
    for (int t = 0; t < count; t++) {
      writeKey(store, position + t, keys.data(), at + t * keys.stride());
    }
  }

  /// The same for elements of 16 bits: the panel is changed in the heap, since single elements
  /// outside of it take long to write in a process that has just started.
  private void writePanel(KeyValueStore store, int position, int count, Rows keys, int at) {
    MemorySegment block = store.keyBlock(position / BLOCK);
    int size = keyDim * PANEL;
    if (panel.length < size) {
      panel = new short[size];
    }
    int column = position % PANEL;
    long panelAt = keyBase + store.keyIndex(position % BLOCK - column, 0) * Short.BYTES;
    if (count < PANEL) {
      MemorySegment.copy(block, SHORT, panelAt, panel, 0, size);
    }
    for (int t = 0; t < count; t++) {
      makeHalves(keys.data(), at + t * keys.stride(), keyDim);
      spread(column + t);
    }
    MemorySegment.copy(panel, 0, block, SHORT, panelAt, size);
  }

  /// Puts a key into a column of the panel.
  private void spread(int column) {
    for (int e = 0; e < keyDim; e++) {
      panel[e * PANEL + column] = halves[e];
    }
  }

  private void makeHalves(float[] x, int at, int count) {
    if (halves.length < count) {
      halves = new short[count];
    }
    if (dtype == KvDtype.F16) {
      for (int i = 0; i < count; i++) {
        halves[i] = Float.floatToFloat16(x[at + i]);
      }
    } else {
      for (int i = 0; i < count; i++) {
        halves[i] = Bf16.fromFloat(x[at + i]);
      }
    }
  }

  private void writeKey(KeyValueStore store, int position, float[] x, int at) {
    MemorySegment block = store.keyBlock(position / BLOCK);
    int slot = position % BLOCK;
    long first = store.keyIndex(slot, 0);
    switch (dtype) {
      case F32 -> {
        for (int e = 0; e < keyDim; e++) {
          block.set(FLOAT, keyBase + (first + e * PANEL) * Float.BYTES, x[at + e]);
        }
      }
      case F16, BF16 -> {
        makeHalves(x, at, keyDim);
        for (int e = 0; e < keyDim; e++) {
          block.set(SHORT, keyBase + (first + e * PANEL) * Short.BYTES, halves[e]);
        }
      }
      case Q8_0 -> {
        for (int group = 0; group < keyDim / GROUP; group++) {
          long groupBase = keyBase + (long) group * BLOCK * VALUE_GROUP_BYTES;
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

  private void writeValue(MemorySegment block, long to, float[] x, int at) {
    switch (dtype) {
      case F32 -> MemorySegment.copy(x, at, block, FLOAT, to, valueDim);
      case F16, BF16 -> {
        makeHalves(x, at, valueDim);
        MemorySegment.copy(halves, 0, block, SHORT, to, valueDim);
      }
      case Q8_0 -> {
        for (int group = 0; group < valueDim / GROUP; group++) {
          long groupBase = to + (long) group * VALUE_GROUP_BYTES;
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
}
