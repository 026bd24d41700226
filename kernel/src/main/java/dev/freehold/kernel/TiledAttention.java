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

  private int padded(int n) {
    return (n + columns - 1) / columns * columns;
  }

  /// Packs `count` rows of n floats as panels of positions: element e of row j at `[j /
  /// columns][e][j mod columns]`, zeros after the last row.
  private void packTransposed(Rows x, int first, int column, int count, int n, float[] panels) {
    for (int j = 0; j < padded(count); j++) {
      int to = j / columns * columns * n + j % columns;
      if (j < count) {
        int from = x.at(first + j) + column;
        for (int e = 0; e < n; e++) {
          panels[to + e * columns] = x.data()[from + e];
        }
      } else {
        for (int e = 0; e < n; e++) {
          panels[to + e * columns] = 0;
        }
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
    product.step = 1;
    for (int j = 0; j < end; j += columns) {
      tile.multiply(product, x.data(), panels, x.at(row) + column, j * n, n, ROWS * columns, 0);
      for (int r = 0; r <= product.lastRow; r++) {
        int to = scratch.scoresAt + r * scratch.scoresStride + j;
        System.arraycopy(product.sums, (ROWS + r) * columns, scores, to, columns);
      }
    }
  }

  @Override
  public void attend(AttentionBatch batch, int sequence, int group, int worker) {
    AttentionShape shape = batch.shape;
    TiledAttentionScratch scratch = scratches[worker];
    int keyDim = shape.keyDim();
    int valueDim = shape.valueDim();
    scratch.reserveForward(KEYS, padded(KEYS), keyDim, padded(valueDim), 2 * ROWS * columns);
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
      scratch.sum[r] = ReferenceRows.joinLanes(scratch.lanes);
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
    product.step = 1;
    int width = padded(n);
    for (int e = 0; e < n; e += columns) {
      tile.multiply(
          product, scratch.weights, scratch.values, 0, e * KEYS, common, ROWS * columns, 0);
      for (int r = 0; r <= product.lastRow; r++) {
        System.arraycopy(
            product.sums, (ROWS + r) * columns, scratch.outputs, r * width + e, columns);
        int to = r * width + e;
        for (int j = common; j < Math.min(end, common + r); j++) {
          float weight = scratch.weights[r * stride + j];
          int from = e * KEYS + j * columns;
          for (int c = 0; c < columns; c++) {
            scratch.outputs[to + c] =
                Math.fma(weight, scratch.values[from + c], scratch.outputs[to + c]);
          }
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
    scratch.reserveGradient(
        BLOCK, padded(BLOCK), padded(keyDim), padded(valueDim), 2 * ROWS * columns);
    int first = sequence * batch.length;
    int perGroup = batch.headsPerGroup();
    clear(gradient.keys(), first, batch.length, group * keyDim, keyDim);
    clear(gradient.values(), first, batch.length, group * valueDim, valueDim);
    clear(gradient.queries(), first, batch.length, group * perGroup * keyDim, perGroup * keyDim);
    for (int low = 0; low < batch.length; low += BLOCK) {
      int count = Math.min(BLOCK, batch.length - low);
      packTransposed(
          batch.keys, first + low, group * keyDim, count, keyDim, scratch.keysTransposed);
      packTransposed(
          batch.values, first + low, group * valueDim, count, valueDim, scratch.valuesTransposed);
      packRows(batch.keys, first + low, group * keyDim, count, keyDim, scratch.keys, BLOCK);
      for (int head = group * perGroup; head < (group + 1) * perGroup; head++) {
        for (int block = low; block < batch.length; block += BLOCK) {
          gradientBlock(batch, gradient, scratch, first, low, block, head);
        }
      }
    }
  }

  private static void clear(Rows rows, int first, int count, int column, int n) {
    for (int t = first; t < first + count; t++) {
      Arrays.fill(rows.data(), rows.at(t) + column, rows.at(t) + column + n, 0);
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
    AttentionShape shape = batch.shape;
    int keyDim = shape.keyDim();
    int valueDim = shape.valueDim();
    int group = head / batch.headsPerGroup();
    int rows = Math.min(BLOCK, batch.length - block);
    int keys = Math.min(BLOCK, batch.length - low);
    boolean diagonal = block == low;
    packRows(batch.queries, first + block, head * keyDim, rows, keyDim, scratch.queries, BLOCK);
    packRows(gradient.outputs(), first + block, head * valueDim, rows, valueDim, scratch.dy, BLOCK);
    pairs(batch, gradient, scratch, first + block, rows, diagonal ? 0 : keys, head);
    ProductScratch product = scratch.product;
    product.rowStep = scratch.scoresStride;
    product.step = 1;
    for (int i = 0; i < rows; i += ROWS) {
      product.lastRow = Math.min(ROWS, rows - i) - 1;
      int count = diagonal ? Math.min(keys, i + ROWS) : keys;
      int at = i * scratch.scoresStride;
      int row = first + block + i;
      for (int e = 0; e < keyDim; e += columns) {
        tile.multiply(
            product, scratch.factors, scratch.keys, at, e * BLOCK, count, ROWS * columns, 0);
        addTile(scratch, gradient.queries(), row, head * keyDim, e, keyDim);
      }
    }
    product.rowStep = 1;
    product.step = scratch.scoresStride;
    for (int j = 0; j < keys; j += ROWS) {
      product.lastRow = Math.min(ROWS, keys - j) - 1;
      int start = diagonal ? j : 0;
      int at = start * scratch.scoresStride + j;
      int row = first + low + j;
      for (int e = 0; e < keyDim; e += columns) {
        int from = e * BLOCK + start * columns;
        tile.multiply(
            product, scratch.factors, scratch.queries, at, from, rows - start, ROWS * columns, 0);
        addTile(scratch, gradient.keys(), row, group * keyDim, e, keyDim);
      }
      for (int e = 0; e < valueDim; e += columns) {
        int from = e * BLOCK + start * columns;
        tile.multiply(
            product, scratch.weights, scratch.dy, at, from, rows - start, ROWS * columns, 0);
        addTile(scratch, gradient.values(), row, group * valueDim, e, valueDim);
      }
    }
  }

  /// Adds a tile to elements `e` on of the head of n elements at `column`.
  private void addTile(TiledAttentionScratch scratch, Rows to, int row, int column, int e, int n) {
    ProductScratch product = scratch.product;
    float[] sums = product.sums;
    float[] data = to.data();
    int width = Math.min(columns, n - e);
    for (int r = 0; r <= product.lastRow; r++) {
      int at = to.at(row + r) + column + e;
      for (int c = 0; c < width; c++) {
        data[at + c] = data[at + c] + sums[(ROWS + r) * columns + c];
      }
    }
  }

  /// p and c of a block of rows, from row `first` of the batch on; row i sees `keys` positions, or
  /// i
  /// + 1 where `keys` is 0.
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
