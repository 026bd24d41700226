package dev.freehold.kernel;

import java.util.Arrays;

/// [BatchAttention] tile by tile, by way of [ProductTile] and [SoftmaxOps].
///
/// Scores and their gradients are tiles of six rows with positions in lanes, over keys and values
/// packed as transposed panels; outputs and gradients have the elements of a head in lanes. Where a
/// tile's rows see different numbers of positions, the rest of a tile is left out of the outputs,
/// and stands as zero in the gradients, where a zero changes no sum.
final class TiledAttention implements BatchAttention {
  private static final int ROWS = ProductTile.ROWS;
  private static final int KEYS = KeyValueStore.BLOCK;

  private final ProductTile tile;
  private final SoftmaxOps softmax;
  private final int columns;
  private final TiledAttentionScratch[] scratches;

  TiledAttention(ProductTile tile, SoftmaxOps softmax, int workers) {
    this.tile = tile;
    this.softmax = softmax;
    this.columns = tile.columns();
    this.scratches = new TiledAttentionScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratches[i] = new TiledAttentionScratch();
    }
  }

  @Override
  public long scratchBytes() {
    long bytes = 0;
    for (TiledAttentionScratch scratch : scratches) {
      bytes += scratch.bytes();
    }
    return bytes;
  }

  /// Most floats of a worker's memory for sequences of `length`.
  static long mostFloats(int length, AttentionShape shape) {
    long most = ProductTile.MOST_COLUMNS;
    long keyDim = (shape.keyDim() + most - 1) / most * most;
    long valueDim = (shape.valueDim() + most - 1) / most * most;
    long zeros = ROWS * most;
    long forward = zeros + KEYS * (keyDim + valueDim) + ROWS * (KEYS + valueDim);
    long packed = BLOCK * (3 * keyDim + 2 * valueDim);
    long scores = 2L * (BLOCK + ROWS) * BLOCK;
    long tileRows = (long) tiles(BLOCK) * ROWS;
    long heads = shape.heads() / shape.keyValueHeads();
    long queries = heads * ((length + BLOCK - 1) / BLOCK) * tileRows * keyDim;
    return forward + packed + scores + 3 * zeros + queries + tileRows * (keyDim + valueDim);
  }

  /// Columns that tiles take for the keys and values of a head.
  int headColumns(AttentionShape shape) {
    return padded(shape.keyDim()) + padded(shape.valueDim());
  }

  private int padded(int n) {
    return (n + columns - 1) / columns * columns;
  }

  /// Packs `count` rows of n floats as panels of positions: element e of row j at `[j /
  /// columns][e][j mod columns]`, zeros after the last row.
  private void packTransposed(Rows x, int first, int column, int count, int n, float[] panels) {
    int whole = count & -4;
    for (int j = 0; j < whole; j += 4) {
      int to = j / columns * columns * n + j % columns;
      int from0 = x.at(first + j) + column;
      int from1 = from0 + x.stride();
      int from2 = from1 + x.stride();
      int from3 = from2 + x.stride();
      float[] data = x.data();
      for (int e = 0; e < n; e++) {
        panels[to] = data[from0 + e];
        panels[to + 1] = data[from1 + e];
        panels[to + 2] = data[from2 + e];
        panels[to + 3] = data[from3 + e];
        to += columns;
      }
    }
    for (int j = whole; j < padded(count); j++) {
      int to = j / columns * columns * n + j % columns;
      int from = x.at(first + Math.min(j, count - 1)) + column;
      for (int e = 0; e < n; e++) {
        panels[to + e * columns] = j < count ? x.data()[from + e] : 0;
      }
    }
  }

  /// Packs `count` rows of n floats as panels of elements: element e of row j at `[e /
  /// columns][j][e mod columns]`, a panel `size` rows long, zeros after the last element.
  private void packRows(Rows x, int first, int column, int count, int n, float[] to, int size) {
    int panels = n / columns;
    int from = x.at(first) + column;
    tile.copy(x.data(), from, x.stride(), count, panels, to, 0, size * columns);
    int rest = n - panels * columns;
    for (int j = 0; rest > 0 && j < count; j++) {
      int at = panels * size * columns + j * columns;
      System.arraycopy(x.data(), from + j * x.stride() + n - rest, to, at, rest);
      Arrays.fill(to, at + rest, at + columns, 0);
    }
  }

  /// Products of tile rows with the transposed panels up to position `end`, into rows of `scores`.
  private void scores(
      TiledAttentionScratch scratch,
      Rows x,
      int row,
      int column,
      float[] panels,
      int n,
      int end,
      float[] scores) {
    ProductScratch product = scratch.product;
    product.rowStep = x.stride();
    product.sums = scratch.zeros;
    product.out = scores;
    product.outStride = scratch.scoresStride;
    for (int j = 0; j < end; j += columns) {
      product.outAt = scratch.scoresAt + j;
      tile.multiply(product, x.data(), panels, x.at(row) + column, j * n, n, 0, 0);
    }
  }

  @Override
  public void attend(AttentionBatch batch, int sequence, int group, int worker) {
    AttentionShape shape = batch.shape;
    TiledAttentionScratch scratch = scratches[worker];
    int keyDim = shape.keyDim();
    int valueDim = shape.valueDim();
    scratch.reserveForward(KEYS, padded(KEYS), keyDim, padded(valueDim), ROWS * columns);
    int first = sequence * batch.length;
    int perGroup = batch.headsPerGroup();
    for (int low = 0; low < batch.length; low += KEYS) {
      int count = Math.min(KEYS, batch.length - low);
      packTransposed(
          batch.keys, first + low, group * keyDim, count, keyDim, scratch.keysTransposed);
      packRows(batch.values, first + low, group * valueDim, count, valueDim, scratch.values, KEYS);
      for (int head = group * perGroup; head < (group + 1) * perGroup; head++) {
        for (int i = low; i < batch.length; i += ROWS) {
          scratch.product.lastRow = Math.min(ROWS, batch.length - i) - 1;
          attendTile(batch, scratch, first, i, low, head);
        }
      }
    }
    for (int head = group * perGroup; head < (group + 1) * perGroup; head++) {
      for (int row = first; row < first + batch.length; row++) {
        float inverse = 1 / batch.sums[row * shape.heads() + head];
        int at = batch.outputs.at(row) + head * valueDim;
        for (int e = at; e < at + valueDim; e++) {
          batch.outputs.data()[e] *= inverse;
        }
      }
    }
  }

  /// One tile of rows from position `i` on over the block of keys from position `low` on.
  private void attendTile(
      AttentionBatch batch, TiledAttentionScratch scratch, int first, int i, int low, int head) {
    AttentionShape shape = batch.shape;
    ProductScratch product = scratch.product;
    int last = product.lastRow;
    int count = Math.min(KEYS, batch.length - low);
    int end = Math.min(count, i + last + 1 - low);
    float[] weights = scratch.weights;
    scratch.scoresAt = 0;
    scratch.scoresStride = padded(KEYS);
    int column = head * shape.keyDim();
    scores(
        scratch,
        batch.queries,
        first + i,
        column,
        scratch.keysTransposed,
        shape.keyDim(),
        end,
        weights);
    for (int r = 0; r <= last; r++) {
      int visible = Math.min(count, i + r + 1 - low);
      int at = r * scratch.scoresStride;
      scratch.max[r] = softmax.weigh(weights, at, visible, shape.scale(), scratch.lanes);
      scratch.sum[r] = LaneTree.join(scratch.lanes);
    }
    outputs(batch, scratch, Math.min(count, i + 1 - low), end, shape.valueDim());
    for (int r = 0; r <= last; r++) {
      join(batch, scratch, first + i + r, head, r, low == 0);
    }
  }

  /// Chains of weights and values: `common` positions for all rows of the tile at once, then those
  /// that only later rows see.
  private void outputs(
      AttentionBatch batch, TiledAttentionScratch scratch, int common, int end, int n) {
    ProductScratch product = scratch.product;
    int stride = scratch.scoresStride;
    product.rowStep = stride;
    int width = padded(n);
    product.sums = scratch.zeros;
    product.out = scratch.outputs;
    product.outStride = width;
    for (int e = 0; e < n; e += columns) {
      product.outAt = e;
      tile.multiply(product, scratch.weights, scratch.values, 0, e * KEYS, common, 0, 0);
      for (int r = 1; r <= product.lastRow; r++) {
        for (int j = common; j < Math.min(end, common + r); j++) {
          float weight = scratch.weights[r * stride + j];
          int from = e * KEYS + j * columns;
          softmax.add(scratch.values, from, scratch.outputs, r * width + e, columns, weight);
        }
      }
    }
  }

  private void join(
      AttentionBatch batch, TiledAttentionScratch scratch, int row, int head, int r, boolean only) {
    int n = batch.shape.valueDim();
    int stats = row * batch.shape.heads() + head;
    float[] y = batch.outputs.data();
    int to = batch.outputs.at(row) + head * n;
    int from = r * padded(n);
    if (only) {
      System.arraycopy(scratch.outputs, from, y, to, n);
      batch.maxima[stats] = scratch.max[r];
      batch.sums[stats] = scratch.sum[r];
      return;
    }
    float newMax = Math.max(batch.maxima[stats], scratch.max[r]);
    float a = ElementaryMath.exp(batch.maxima[stats] - newMax);
    float c = ElementaryMath.exp(scratch.max[r] - newMax);
    softmax.join(scratch.outputs, from, y, to, n, a, c);
    batch.sums[stats] = Math.fma(scratch.sum[r], c, batch.sums[stats] * a);
    batch.maxima[stats] = newMax;
  }

  @Override
  public void gradient(
      AttentionBatch batch, AttentionGradient gradient, int sequence, int group, int worker) {
    AttentionShape shape = batch.shape;
    TiledAttentionScratch scratch = scratches[worker];
    int keyDim = shape.keyDim();
    int valueDim = shape.valueDim();
    scratch.reserveGradient(BLOCK, padded(BLOCK), padded(keyDim), padded(valueDim), ROWS * columns);
    int first = sequence * batch.length;
    int perGroup = batch.headsPerGroup();
    int keyWidth = padded(keyDim);
    int valueWidth = padded(valueDim);
    int blockFloats = tiles(BLOCK) * ROWS * keyWidth;
    int headFloats = Math.multiplyExact((batch.length + BLOCK - 1) / BLOCK, blockFloats);
    scratch.reserveSums(perGroup, headFloats, blockFloats, tiles(BLOCK) * ROWS * valueWidth);
    int zeros = ROWS * columns;
    Arrays.fill(scratch.dq, 0, zeros + perGroup * headFloats, 0);
    for (int low = 0; low < batch.length; low += BLOCK) {
      int count = Math.min(BLOCK, batch.length - low);
      packTransposed(
          batch.keys, first + low, group * keyDim, count, keyDim, scratch.keysTransposed);
      packTransposed(
          batch.values, first + low, group * valueDim, count, valueDim, scratch.valuesTransposed);
      packRows(batch.keys, first + low, group * keyDim, count, keyDim, scratch.keys, BLOCK);
      Arrays.fill(scratch.dk, 0);
      Arrays.fill(scratch.dv, 0);
      for (int head = 0; head < perGroup; head++) {
        for (int block = low; block < batch.length; block += BLOCK) {
          scratch.dqAt = zeros + head * headFloats + block / BLOCK * blockFloats;
          gradientBlock(batch, gradient, scratch, first, low, block, group * perGroup + head);
        }
      }
      unpack(scratch.dk, zeros, gradient.keys(), first + low, count, group * keyDim, keyDim);
      unpack(scratch.dv, zeros, gradient.values(), first + low, count, group * valueDim, valueDim);
    }
    for (int head = 0; head < perGroup; head++) {
      int column = (group * perGroup + head) * keyDim;
      for (int low = 0; low < batch.length; low += BLOCK) {
        int count = Math.min(BLOCK, batch.length - low);
        int from = zeros + head * headFloats + low / BLOCK * blockFloats;
        unpack(scratch.dq, from, gradient.queries(), first + low, count, column, keyDim);
      }
    }
  }

  private static int tiles(int rows) {
    return (rows + ROWS - 1) / ROWS;
  }

  /// Copies sums, which stand tile by tile, to rows.
  private void unpack(float[] sums, int at, Rows to, int first, int count, int column, int n) {
    int width = padded(n);
    for (int row = 0; row < count; row++) {
      int from = at + row / ROWS * ROWS * width + row % ROWS * columns;
      for (int e = 0; e < n; e += columns) {
        int length = Math.min(columns, n - e);
        int toAt = to.at(first + row) + column + e;
        System.arraycopy(sums, from + e * ROWS, to.data(), toAt, length);
      }
    }
  }

  /// Rows from `block` on with keys from `low` on, one head.
  private void gradientBlock(
      AttentionBatch batch,
      AttentionGradient gradient,
      TiledAttentionScratch scratch,
      int first,
      int low,
      int block,
      int head) {
    int keyDim = batch.shape.keyDim();
    int valueDim = batch.shape.valueDim();
    int rows = Math.min(BLOCK, batch.length - block);
    int keys = Math.min(BLOCK, batch.length - low);
    boolean diagonal = block == low;
    packRows(batch.queries, first + block, head * keyDim, rows, keyDim, scratch.queries, BLOCK);
    packRows(gradient.outputs(), first + block, head * valueDim, rows, valueDim, scratch.dy, BLOCK);
    pairs(batch, gradient, scratch, first + block, rows, diagonal ? 0 : keys, head);
    addQueries(scratch, rows, keys, diagonal, keyDim);
    ProductScratch product = scratch.product;
    addKeys(product, scratch.factors, scratch.queries, scratch.dk, rows, keys, diagonal, keyDim);
    addKeys(product, scratch.weights, scratch.dy, scratch.dv, rows, keys, diagonal, valueDim);
  }

  /// Adds the block's part of the gradient of its queries.
  private void addQueries(
      TiledAttentionScratch scratch, int rows, int keys, boolean diagonal, int n) {
    ProductScratch product = scratch.product;
    product.rowStep = padded(BLOCK);
    product.sums = scratch.dq;
    product.out = scratch.dq;
    product.outStride = columns;
    for (int i = 0; i < rows; i += ROWS) {
      product.lastRow = Math.min(ROWS, rows - i) - 1;
      int count = diagonal ? Math.min(keys, i + ROWS) : keys;
      for (int e = 0; e < n; e += columns) {
        product.outAt = scratch.dqAt + i * padded(n) + e * ROWS;
        int top = product.outAt + ROWS * columns;
        int at = i * padded(BLOCK);
        tile.multiply(product, scratch.factors, scratch.keys, at, e * BLOCK, count, top, 1);
      }
    }
  }

  /// Adds to the sums of keys or values the chains of `factors`, transposed, and packed rows.
  private void addKeys(
      ProductScratch product,
      float[] factors,
      float[] panels,
      float[] sums,
      int rows,
      int keys,
      boolean diagonal,
      int n) {
    product.step = padded(BLOCK);
    product.sums = sums;
    product.out = sums;
    product.outStride = columns;
    for (int j = 0; j < keys; j += ROWS) {
      int start = diagonal ? j : 0;
      int at = start * padded(BLOCK) + j;
      for (int e = 0; e < n; e += columns) {
        product.outAt = ROWS * columns + j * padded(n) + e * ROWS;
        int top = product.outAt + ROWS * columns;
        int from = e * BLOCK + start * columns;
        tile.multiplyPacked(product, factors, panels, at, from, rows - start, top, 1);
      }
    }
  }

  /// p and c of a block of rows, from row `first` of the batch on.
  ///
  /// @param keys positions that every row sees, or 0 where row i of the block sees i + 1 of them
  private void pairs(
      AttentionBatch batch,
      AttentionGradient gradient,
      TiledAttentionScratch scratch,
      int first,
      int rows,
      int keys,
      int head) {
    AttentionShape shape = batch.shape;
    ProductScratch product = scratch.product;
    int keyDim = shape.keyDim();
    int n = shape.valueDim();
    Rows dy = gradient.outputs();
    scratch.scoresStride = padded(BLOCK);
    for (int i = 0; i < rows; i += ROWS) {
      product.lastRow = Math.min(ROWS, rows - i) - 1;
      scratch.scoresAt = i * scratch.scoresStride;
      int end = keys == 0 ? i + product.lastRow + 1 : keys;
      float[] transposed = scratch.keysTransposed;
      int column = head * keyDim;
      scores(scratch, batch.queries, first + i, column, transposed, keyDim, end, scratch.weights);
      scores(scratch, dy, first + i, head * n, scratch.valuesTransposed, n, end, scratch.factors);
      for (int r = 0; r <= product.lastRow; r++) {
        int row = first + i + r;
        int stats = row * shape.heads() + head;
        int dyAt = dy.at(row) + head * n;
        int yAt = batch.outputs.at(row) + head * n;
        float d = softmax.dot(dy.data(), dyAt, batch.outputs.data(), yAt, n, scratch.lanes);
        float inverse = 1 / batch.sums[stats];
        int visible = keys == 0 ? i + r + 1 : keys;
        int at = scratch.scoresAt + r * scratch.scoresStride;
        float max = batch.maxima[stats];
        softmax.gradients(
            scratch.weights, scratch.factors, at, visible, shape.scale(), max, inverse, d);
        Arrays.fill(scratch.weights, at + visible, at + scratch.scoresStride, 0);
        Arrays.fill(scratch.factors, at + visible, at + scratch.scoresStride, 0);
      }
    }
  }
}
