package dev.freehold.kernel;

import dev.freehold.kernel.x86.AttentionSoftmax.State;
import dev.freehold.kernel.x86.AttentionTile;
import dev.freehold.kernel.x86.AttentionTile.Field;
import dev.freehold.kernel.x86.CacheElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Emitted attention of one worker: a range of tokens and the query heads of one key-value head.
///
/// All rows (a token and a query head each) go through the key-value store block by block, as in
/// [VectorAttention]: scores with positions in lanes, weights, outputs with value elements in
/// lanes. For few rows, keys and values are read as the store holds them, and what comes next is
/// drawn nearer meanwhile, since that is above all to read memory; for more rows they are widened
/// to float32 first.
final class MachineAttentionChunk {
  private static final int BLOCK = KeyValueStore.BLOCK;
  private static final int PANEL = KeyValueStore.PANEL;
  private static final int GROUP = KeyValueStore.GROUP;
  private static final int GROUP_BYTES = KeyValueStore.VALUE_GROUP_BYTES;
  private static final long SCORES_STRIDE = MachineAttentionScratch.SCORES_STRIDE;
  private static final int VECTORS = AttentionTile.VECTORS;

  /// Most rows for which the store is read as it is.
  private static final int DIRECT_ROWS = 12;

  private final AttentionCode code = new AttentionCode();
  private final MachineAttentionScratch scratch = new MachineAttentionScratch();
  private AttentionShape shape;
  private KeyValueStore store;
  private int group;
  private int heads;
  private CacheElement keyElement = CacheElement.F32;
  private CacheElement valueElement = CacheElement.F32;
  private boolean large;
  private boolean direct;

  /// The block that is being attended to, and the rows that see something of it.
  private int block;

  private int firstRow;
  private int endRow;

  /// @param call a call of those to come
  MachineAttentionChunk(AttentionCall call) {
    shape = call.shape;
    store = call.store;
  }

  void attend(AttentionCall call, int newGroup, int from, int to) {
    int rows = begin(call, newGroup, from, to);
    scratch.begin(rows);
    int first = shape.firstVisible(call.firstPosition + from);
    int last = call.firstPosition + to - 1;
    for (block = first / BLOCK; block <= last / BLOCK; block++) {
      see(call.firstPosition + from, to - from);
      if (firstRow < endRow) {
        scores();
        weigh();
        outputs(block < last / BLOCK ? keysAt(block + 1, group) : nextHead(first / BLOCK));
        join(scratch.blockOutputsFrom(firstRow));
      }
    }
    if (call.sinks.length != 0) {
      joinSinks(call.sinks, rows);
    }
    finish(call, from, to);
  }

  /// Attends to a part of the blocks that a single token sees, each block on its own.
  void attendPart(AttentionCall call, int newGroup, MachineAttentionParts parts, int part) {
    int rows = begin(call, newGroup, 0, 1);
    int end = parts.endBlock(part);
    for (block = parts.firstBlock(part); block < end; block++) {
      see(call.firstPosition, 1);
      scratch.beginStates(rows);
      scores();
      weigh();
      outputs(block + 1 < end ? keysAt(block + 1, group) : valuesAt(block));
      scratch.copyBlock(rows, parts, group, block);
    }
  }

  /// Joins the blocks of all parts.
  void joinParts(AttentionCall call, int newGroup, MachineAttentionParts parts) {
    int rows = begin(call, newGroup, 0, 1);
    scratch.begin(rows);
    firstRow = 0;
    endRow = rows;
    for (block = parts.firstBlock(0); block < parts.endBlock(parts.count() - 1); block++) {
      for (int row = 0; row < rows; row++) {
        float max = parts.maximum(group, block, row);
        scratch.take(row, max, parts.sum(group, block, row));
      }
      join(parts.outputs().address() + parts.outputsAt(group, block));
    }
    if (call.sinks.length != 0) {
      joinSinks(call.sinks, rows);
    }
    finish(call, 0, 1);
  }

  private int begin(AttentionCall call, int newGroup, int from, int to) {
    shape = call.shape;
    store = call.store;
    group = newGroup;
    heads = shape.heads() / shape.keyValueHeads();
    int rows = (to - from) * heads;
    chooseElements(store.dtype(), rows);
    scratch.reserve(rows, shape);
    gatherQueries(call, from, to);
    return rows;
  }

  private void chooseElements(KvDtype dtype, int rows) {
    direct = rows <= DIRECT_ROWS && dtype != KvDtype.Q8_0;
    large = dtype == KvDtype.F16 || dtype == KvDtype.Q8_0;
    keyElement =
        switch (dtype) {
          case F16 -> CacheElement.F16;
          case BF16 -> CacheElement.BF16;
          case F32, Q8_0 -> CacheElement.F32;
        };
    valueElement = dtype == KvDtype.F16 ? CacheElement.SMALL_F16 : keyElement;
  }

  private void gatherQueries(AttentionCall call, int from, int to) {
    int length = heads * shape.keyDim();
    for (int t = from; t < to; t++) {
      MemorySegment.copy(
          call.queries.data(),
          call.queries.at(call.firstRow + t) + group * length,
          scratch.queries,
          ValueLayout.JAVA_FLOAT,
          4L * (t - from) * length,
          length);
    }
  }

  /// Finds out what each row sees of the block; rows that see something stand side by side.
  private void see(int firstPosition, int tokens) {
    firstRow = tokens * heads;
    endRow = 0;
    for (int t = 0; t < tokens; t++) {
      int position = firstPosition + t;
      int low = Math.max(shape.firstVisible(position) - block * BLOCK, 0);
      int high = Math.min(position + 1 - block * BLOCK, BLOCK);
      if (low < high) {
        firstRow = Math.min(firstRow, t * heads);
        endRow = (t + 1) * heads;
        Arrays.fill(scratch.low, t * heads, endRow, low);
        Arrays.fill(scratch.high, t * heads, endRow, high);
      }
    }
  }

  private long keysAt(int ofBlock, int ofGroup) {
    return store.keyBlock(ofBlock).address() + ofGroup * store.keyHeadBytes();
  }

  /// What this worker attends to next, as a rule: the next head; else what is near already.
  private long nextHead(int firstBlock) {
    return group + 1 < shape.keyValueHeads() ? keysAt(firstBlock, group + 1) : valuesAt(block);
  }

  private long valuesAt(int ofBlock) {
    return store.valueBlock(ofBlock).address() + group * store.valueHeadBytes();
  }

  /// scores[row][slot] = scale * (query[row] . key[slot]), for all slots of the panels that a row
  /// sees something of.
  private void scores() {
    scratch.set(Field.STEPS, shape.keyDim());
    scratch.set(Field.A_STRIDE, 4L * shape.keyDim());
    scratch.set(Field.OUT_STRIDE, SCORES_STRIDE);
    scratch.set(Field.CONTINUED, 0);
    scratch.set(Field.SCALE, Float.floatToRawIntBits(shape.scale()));
    scratch.set(Field.COLUMN_TILES, 1);
    int low = scratch.low[firstRow] / PANEL;
    int high = (scratch.high[endRow - 1] + PANEL - 1) / PANEL;
    if (direct) {
      scratch.storedRows(PANEL * (long) keyElement.bytes(), 1);
      scratch.set(Field.PANELS, high - low);
      scratch.set(Field.PANEL_BYTES, panelAt(1) - panelAt(0));
      scratch.set(Field.NEXT, valuesAt(block));
      scoreRows(code.scores(keyElement), panelAt(low), low, firstRow, endRow);
    } else {
      scratch.widenedRows(PANEL * 4L);
      scratch.set(Field.PANELS, 1);
      scoresOfWidened(low, high);
    }
  }

  private void scoresOfWidened(int low, int high) {
    int first = firstRow;
    int end = firstRow;
    for (int panel = low; panel < high; panel++) {
      widenKeys(panel);
      while (scratch.high[first] <= panel * PANEL) {
        first++;
      }
      while (end < endRow && scratch.low[end] < (panel + 1) * PANEL) {
        end++;
      }
      scoreRows(code.widenedScores(), scratch.keys.address(), panel, first, end);
    }
  }

  /// Where a panel of stored keys begins, but of Q8_0.
  private long panelAt(int panel) {
    return keysAt(block, group) + store.keyIndex(panel * PANEL, 0) * keyElement.bytes();
  }

  private void scoreRows(AttentionCode.Tiles tiles, long keys, int panel, int first, int end) {
    int size = tileRows(end - first);
    int row = first;
    while (row < end) {
      int rows = Math.min(size, end - row);
      int count = (end - row) / rows;
      scratch.set(Field.ROW_TILES, count);
      long out = scratch.scoresFrom(row, panel * PANEL);
      tiles.multiply(rows, VECTORS, scratch.queriesFrom(row), keys, out, scratch.fields());
      row += count * rows;
    }
  }

  /// Rows of a tile, so that the last tile is not much smaller than the others.
  private static int tileRows(int rows) {
    int tiles = (rows + AttentionTile.ROWS - 1) / AttentionTile.ROWS;
    return (rows + tiles - 1) / tiles;
  }

  private void widenKeys(int panel) {
    long to = scratch.keys.address();
    if (store.dtype() != KvDtype.Q8_0) {
      code.widen(keyElement, panelAt(panel), to, 1, shape.keyDim() * VECTORS, 0);
      return;
    }
    long from = keysAt(block, group);
    int slot = panel * PANEL;
    for (int e = 0; e < shape.keyDim(); e += GROUP) {
      long scales = from + (long) e / GROUP * BLOCK * GROUP_BYTES;
      long bytes = scales + BLOCK * 2L;
      code.widenKeys(scales + slot * 2L, to + e * PANEL * 4L, GROUP, bytes + slot);
    }
  }

  private void weigh() {
    int row = firstRow;
    while (row < endRow) {
      int low = scratch.low[row];
      int high = scratch.high[row];
      int first = low / 32 * 32;
      int end = (high + 31) / 32 * 32;
      int next = row;
      while (next < endRow && scratch.low[next] == low && scratch.high[next] == high) {
        scratch.hide(next, first, low);
        scratch.hide(next, high, end);
        next++;
      }
      code.softmax(large, direct)
          .run(
              scratch.scoresFrom(row, first),
              scratch.statesFrom(row),
              next - row,
              (end - first) / 32,
              valuesAt(block));
      row = next;
    }
  }

  /// block[row][e] = chain over the visible slots of weight * value.
  ///
  /// @param next address of what is read after that
  private void outputs(long next) {
    scratch.set(Field.ROW_TILES, 1);
    scratch.set(Field.PANELS, 1);
    scratch.set(Field.A_STRIDE, SCORES_STRIDE);
    scratch.set(Field.OUT_STRIDE, 4L * shape.valueDim());
    if (direct) {
      scratch.set(Field.NEXT, next);
      outputs(code.outputs(valueElement), valuesAt(block));
    } else {
      widenValues(scratch.low[firstRow], scratch.high[endRow - 1]);
      outputs(code.widenedOutputs(), scratch.values.address());
    }
  }

  private void outputs(AttentionCode.Tiles tiles, long values) {
    int size = tileRows(endRow - firstRow);
    long bytes = (long) shape.valueDim() * tiles.element().bytes();
    if (direct) {
      int columns = 16 * AttentionTile.widest(size);
      scratch.storedRows(bytes, (shape.valueDim() + columns - 1) / columns);
    } else {
      scratch.widenedRows(bytes);
    }
    for (int row = firstRow; row < endRow; row += size) {
      outputTile(tiles, values, row, Math.min(row + size, endRow));
    }
  }

  /// Slots that all rows see together, and before and after them those of each row on its own.
  private void outputTile(AttentionCode.Tiles tiles, long values, int row, int end) {
    int low = scratch.low[end - 1];
    int high = scratch.high[row];
    if (low >= high) {
      for (int r = row; r < end; r++) {
        scratch.span(scratch.low[r], scratch.high[r], false);
        output(tiles, values, r, 1);
      }
      return;
    }
    boolean before = scratch.low[row] < low;
    for (int r = row; r < end && before; r++) {
      if (scratch.low[r] < low) {
        scratch.span(scratch.low[r], low, false);
        output(tiles, values, r, 1);
      } else {
        scratch.clearBlockOutput(r);
      }
    }
    scratch.span(low, high, before);
    output(tiles, values, row, end - row);
    for (int r = row; r < end; r++) {
      if (scratch.high[r] > high) {
        scratch.span(high, scratch.high[r], true);
        output(tiles, values, r, 1);
      }
    }
  }

  private void output(AttentionCode.Tiles tiles, long values, int row, int rows) {
    int vectors = shape.valueDim() / 16;
    int bytes = tiles.element().bytes();
    long weights = scratch.scoresFrom(row, scratch.spanLow());
    long from = values + (long) scratch.spanLow() * shape.valueDim() * bytes;
    long out = scratch.blockOutputsFrom(row);
    int widest = AttentionTile.widest(rows);
    int wide = vectors / widest;
    if (wide > 0) {
      scratch.set(Field.COLUMN_TILES, wide);
      tiles.multiply(rows, widest, weights, from, out, scratch.fields());
    }
    if (vectors % widest > 0) {
      int column = 16 * widest * wide;
      scratch.set(Field.COLUMN_TILES, 1);
      tiles.multiply(
          rows,
          vectors % widest,
          weights,
          from + (long) column * bytes,
          out + 4L * column,
          scratch.fields());
    }
  }

  private void widenValues(int low, int high) {
    long from = valuesAt(block) + low * store.valueRowBytes();
    long to = scratch.values.address() + 4L * low * shape.valueDim();
    int elements = (high - low) * shape.valueDim();
    if (store.dtype() == KvDtype.Q8_0) {
      code.widenValues(from, to, elements / GROUP);
    } else {
      code.widen(valueElement, from, to, 1, elements / 16, 0);
    }
  }

  private void join(long blockOutputs) {
    code.join(
        scratch.joinedFrom(firstRow),
        scratch.statesFrom(firstRow),
        endRow - firstRow,
        shape.valueDim() / 16,
        blockOutputs,
        4L * shape.valueDim());
  }

  /// A sink is a block with the sum 1 and outputs of 0.
  private void joinSinks(float[] sinks, int rows) {
    for (int row = 0; row < rows; row++) {
      scratch.take(row, sinks[group * heads + row % heads], 1);
      scratch.clearBlockOutput(row);
    }
    firstRow = 0;
    endRow = rows;
    join(scratch.blockOutputsFrom(0));
  }

  private void finish(AttentionCall call, int from, int to) {
    int rows = (to - from) * heads;
    for (int row = 0; row < rows; row++) {
      scratch.set(row, State.BEFORE, 1 / scratch.get(row, State.SUM));
    }
    code.scale(scratch.joinedFrom(0), scratch.statesFrom(0), rows, shape.valueDim() / 16);
    int length = heads * shape.valueDim();
    for (int t = from; t < to; t++) {
      MemorySegment.copy(
          scratch.joined,
          ValueLayout.JAVA_FLOAT,
          4L * (t - from) * length,
          call.outputs.data(),
          call.outputs.at(call.firstRow + t) + group * length,
          length);
    }
  }
}
