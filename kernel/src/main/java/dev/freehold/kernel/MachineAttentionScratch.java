package dev.freehold.kernel;

import dev.freehold.kernel.x86.AttentionSoftmax;
import dev.freehold.kernel.x86.AttentionTile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Memory of one worker outside the heap for emitted attention; grows to the largest shape and is
/// kept.
final class MachineAttentionScratch {
  /// Bytes from a row of scores to the next: a line more than a block, since rows a power of two
  /// apart would share few lines of the first cache.
  static final long SCORES_STRIDE = 4L * KeyValueStore.BLOCK + 64;

  /// Bytes of a piece, which stays in the first cache while tiles side by side read their parts of
  /// it, and how far ahead of a single tile memory is drawn nearer.
  private static final long PIECE_BYTES = 16 << 10;

  private static final long AHEAD_BYTES = 8 << 10;

  private static final int BLOCK = KeyValueStore.BLOCK;

  private static final float[] NOTHING = stretch(-0f);
  private static final float[] UNSEEN = stretch(Float.NEGATIVE_INFINITY);

  private static final long ALIGNMENT = 64;

  private final MemorySegment fields = allocate(AttentionTile.FIELDS_BYTES);
  MemorySegment keys = allocate(0);
  MemorySegment values = allocate(0);
  MemorySegment queries = allocate(0);
  private MemorySegment scores = allocate(0);
  private MemorySegment blockOutputs = allocate(0);
  MemorySegment joined = allocate(0);
  private MemorySegment states = allocate(0);

  private long keyBytes;
  private long valueBytes;
  private int spanLow;

  /// Visible slots of each row's block: from `low` on, before `high`.
  int[] low = {};

  int[] high = {};

  private static float[] stretch(float value) {
    float[] all = new float[BLOCK];
    Arrays.fill(all, value);
    return all;
  }

  private static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(Math.max(bytes, 1), ALIGNMENT);
  }

  private static MemorySegment atLeast(MemorySegment memory, long bytes) {
    return memory.byteSize() >= bytes ? memory : allocate(bytes);
  }

  /// Makes room for `rows` rows of queries.
  void reserve(int rows, AttentionShape shape) {
    keyBytes = 4L * shape.keyDim();
    valueBytes = 4L * shape.valueDim();
    keys = atLeast(keys, KeyValueStore.PANEL * keyBytes);
    values = atLeast(values, BLOCK * valueBytes);
    queries = atLeast(queries, rows * keyBytes);
    scores = atLeast(scores, rows * SCORES_STRIDE);
    blockOutputs = atLeast(blockOutputs, rows * valueBytes);
    joined = atLeast(joined, rows * valueBytes);
    states = atLeast(states, (long) rows * AttentionSoftmax.STATE_BYTES);
    if (low.length < rows) {
      low = new int[rows];
      high = new int[rows];
    }
  }

  /// Rows begin without a position.
  void begin(int rows) {
    fill(joined, 0, rows * valueBytes / 4, NOTHING);
    beginStates(rows);
  }

  void beginStates(int rows) {
    for (int row = 0; row < rows; row++) {
      set(row, AttentionSoftmax.State.MAXIMUM, Float.NEGATIVE_INFINITY);
      set(row, AttentionSoftmax.State.SUM, 0);
    }
  }

  void set(int row, AttentionSoftmax.State number, float value) {
    states.set(ValueLayout.JAVA_FLOAT, stateAt(row) + number.bytes(), value);
  }

  float get(int row, AttentionSoftmax.State number) {
    return states.get(ValueLayout.JAVA_FLOAT, stateAt(row) + number.bytes());
  }

  /// Takes a block with this maximum and sum into a row's running softmax; see [AttentionSoftmax].
  void take(int row, float max, float sum) {
    float before = get(row, AttentionSoftmax.State.MAXIMUM);
    float joinedMax = Math.max(before, max);
    float factor = ElementaryMath.exp(before - joinedMax);
    float own = ElementaryMath.exp(max - joinedMax);
    set(row, AttentionSoftmax.State.MAXIMUM, joinedMax);
    set(row, AttentionSoftmax.State.BEFORE, factor);
    set(row, AttentionSoftmax.State.BLOCK, own);
    set(
        row,
        AttentionSoftmax.State.SUM,
        Math.fma(sum, own, get(row, AttentionSoftmax.State.SUM) * factor));
  }

  /// Copies what a block gave for the first `rows` rows: their outputs and, as theirs is the only
  /// block that has been taken, their maxima and sums.
  void copyBlock(int rows, MachineAttentionParts parts, int group, int block) {
    long outputsAt = parts.outputsAt(group, block);
    MemorySegment.copy(blockOutputs, 0, parts.outputs(), outputsAt, rows * valueBytes);
    for (int row = 0; row < rows; row++) {
      parts.set(
          group,
          block,
          row,
          get(row, AttentionSoftmax.State.MAXIMUM),
          get(row, AttentionSoftmax.State.SUM));
    }
  }

  private static long stateAt(int row) {
    return (long) row * AttentionSoftmax.STATE_BYTES;
  }

  /// Address of a row's state; the following ones, of parts of other rows.
  long statesFrom(int row) {
    return states.address() + stateAt(row);
  }

  long queriesFrom(int row) {
    return queries.address() + row * keyBytes;
  }

  long scoresFrom(int row, int slot) {
    return scores.address() + row * SCORES_STRIDE + 4L * slot;
  }

  long blockOutputsFrom(int row) {
    return blockOutputs.address() + row * valueBytes;
  }

  long joinedFrom(int row) {
    return joined.address() + row * valueBytes;
  }

  void clearBlockOutput(int row) {
    blockOutputs.asSlice(row * valueBytes, valueBytes).fill((byte) 0);
  }

  /// Scores of the slots from `from` to `to - 1` become those of positions that are not seen.
  void hide(int row, int from, int to) {
    fill(scores, row * SCORES_STRIDE + 4L * from, to - from, UNSEEN);
  }

  /// Whole stretches are copied, since a start has no compiled loops yet.
  private static void fill(MemorySegment to, long from, long count, float[] stretch) {
    for (long done = 0; done < count; done += stretch.length) {
      int length = (int) Math.min(stretch.length, count - done);
      MemorySegment.copy(stretch, 0, to, ValueLayout.JAVA_FLOAT, from + 4 * done, length);
    }
  }

  /// Products read widened rows this many bytes apart.
  void widenedRows(long bytes) {
    pieces(bytes, Integer.MAX_VALUE, 0);
  }

  /// Products read stored rows this many bytes apart, which take so many tiles side by side: what
  /// the first of them reads must have been drawn nearer by the steps before.
  void storedRows(long bytes, int tiles) {
    if (tiles == 1) {
      pieces(bytes, Integer.MAX_VALUE, AHEAD_BYTES / bytes);
    } else {
      pieces(bytes, PIECE_BYTES / bytes, (PIECE_BYTES - PIECE_BYTES / tiles) / bytes);
    }
  }

  private void pieces(long bytes, long steps, long last) {
    set(AttentionTile.Field.B_STRIDE, bytes);
    set(AttentionTile.Field.PIECE, Math.max(1, steps));
    set(AttentionTile.Field.LAST, last);
    set(AttentionTile.Field.AHEAD_BYTES, last * bytes);
  }

  /// Chains go over the slots from `from` to `to - 1`, or go on there.
  void span(int from, int to, boolean continued) {
    spanLow = from;
    set(AttentionTile.Field.STEPS, to - from);
    set(AttentionTile.Field.CONTINUED, continued ? 1 : 0);
  }

  int spanLow() {
    return spanLow;
  }

  void set(AttentionTile.Field field, long value) {
    fields.set(ValueLayout.JAVA_LONG, field.bytes(), value);
  }

  long fields() {
    return fields.address();
  }
}
