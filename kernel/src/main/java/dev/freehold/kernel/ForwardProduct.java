package dev.freehold.kernel;

/// `y[m, n] = sum_k x[m, k] w[n, k]` in 16 lanes: the forward product with outputs in vector lanes.
///
/// Each lane of rule 2 of fh1 is a block: its elements k, k + 16, ... form one chain. Blocks come
/// in the order 0, 8, 4, 12, 2, 10, ..., which makes the tree 8-4-2-1 one of neighbours, so that
/// their sums can be joined as on a stack. The weights are transposed into panels, lane after lane,
/// by all workers, for as many columns of outputs as the shared memory holds, and then read by all.
final class ForwardProduct implements ForwardKernel {
  private static final int LANES = 16;
  private static final int ROWS = ProductTile.ROWS;

  /// Tiles of sums that the stack of 16 blocks holds.
  private static final int LEVELS = 5;

  /// Floats of weights that are transposed at a time, unless one panel has more.
  private static final int SHARED_FLOATS = 1 << 20;

  /// Floats of the panels that a worker passes over for each of its rows, unless one has more.
  private static final int GROUP_FLOATS = 1 << 16;

  /// Groups of panels that a chunk takes one after the other, so that its rows are packed once.
  private static final int GROUPS = 4;

  /// Most rows of a strip.
  private static final int STRIP = 96;

  private static final float[] NOTHING = {};
  private static final Rows NO_ROWS = new Rows(NOTHING, 0, 0);

  private final ProductTile tile;
  private final ProductScratch[] scratches;
  private final int columns;
  private final int[] starts = new int[LANES + 1];
  private final WorkerPool.Job transpose = this::transpose;
  private final WorkerPool.Job multiply = this::multiply;
  private ProductCut cut = ProductCut.of(1, 1);
  private float[] panels = NOTHING;
  private float[] w = NOTHING;
  private Rows x = NO_ROWS;
  private Rows y = NO_ROWS;
  private int n;
  private int k;
  private int first;
  private int group;

  ForwardProduct(ProductTile tile, ProductScratch[] scratches) {
    this.tile = tile;
    this.scratches = scratches;
    this.columns = tile.columns();
  }

  @Override
  public long scratchBytes() {
    return (long) panels.length * Float.BYTES;
  }

  /// Most floats of weights that are transposed at a time, for rows of `k`.
  static long mostFloats(int k) {
    return Math.max(SHARED_FLOATS, (long) ProductTile.MOST_COLUMNS * k);
  }

  /// Most floats of inputs that a worker packs, of rows of `k`.
  static long mostPackedFloats(int k) {
    return (long) STRIP * k;
  }

  /// The lane whose block is number `q`.
  private static int lane(int q) {
    return Integer.reverse(q) >>> 28;
  }

  @Override
  public void run(WorkerPool pool, ProductShape shape, Rows newX, float[] newW, Rows newY) {
    x = newX;
    y = newY;
    w = newW;
    n = shape.n();
    k = shape.k();
    for (int q = 0; q < LANES; q++) {
      starts[q + 1] = starts[q] + Math.max(0, (k - lane(q) + LANES - 1) / LANES);
    }
    int most = Math.max(1, SHARED_FLOATS / k / columns) * columns;
    group = Math.max(1, GROUP_FLOATS / k / columns) * columns;
    int held = (Math.min(most, n) + columns - 1) / columns;
    panels = ProductScratch.atLeast(panels, Math.multiplyExact(held * columns, k));
    for (ProductScratch scratch : scratches) {
      scratch.reserve(Math.multiplyExact(STRIP, k), 0, (1 + LEVELS) * ROWS * columns);
    }
    for (first = 0; first < n; first += most) {
      int count = Math.min(most, n - first);
      cut = ProductCut.of(shape.m(), STRIP, count, GROUPS * group);
      pool.run(transpose, (count + columns - 1) / columns);
      pool.run(multiply, cut.chunks());
    }
    x = NO_ROWS;
    y = NO_ROWS;
    w = NOTHING;
  }

  /// Packs the weights of one panel: element k of a row goes to its lane's block, to the row's
  /// column.
  private void transpose(int panel, int worker) {
    int row = first + panel * columns;
    int base = panel * columns * k;
    int count = Math.min(columns, n - row);
    int whole = count & -4;
    for (int c = 0; c < whole; c += 4) {
      transposeFour((row + c) * k, base + c);
    }
    for (int q = 0; whole < columns && q < LANES; q++) {
      for (int j = 0; j < starts[q + 1] - starts[q]; j++) {
        int to = base + (starts[q] + j) * columns;
        for (int c = whole; c < columns; c++) {
          panels[to + c] = c < count ? w[(row + c) * k + j * LANES + lane(q)] : 0;
        }
      }
    }
  }

  private void transposeFour(int from, int base) {
    for (int start = 0; start < k; start += LANES) {
      for (int q = 0; q < LANES; q++) {
        int at = from + start + lane(q);
        int to = base + (starts[q] + start / LANES) * columns;
        if (start + lane(q) < k) {
          panels[to] = w[at];
          panels[to + 1] = w[at + k];
          panels[to + 2] = w[at + 2 * k];
          panels[to + 3] = w[at + 3 * k];
        }
      }
    }
  }

  private void multiply(int chunk, int worker) {
    ProductScratch scratch = scratches[worker];
    packLeft(scratch.left, cut.firstRow(chunk), cut.endRow(chunk));
    scratch.rowStep = k;
    scratch.startAt = scratch.firstSum;
    scratch.out = scratch.sums;
    scratch.outStride = columns;
    for (int c = cut.firstColumn(chunk); c < cut.endColumn(chunk); c += group) {
      multiplyGroup(scratch, chunk, c, Math.min(cut.endColumn(chunk), c + group));
    }
  }

  /// The outputs of a chunk in some of its columns.
  private void multiplyGroup(ProductScratch scratch, int chunk, int firstColumn, int endColumn) {
    int at = 0;
    for (int row = cut.firstRow(chunk); row < cut.endRow(chunk); row += ROWS) {
      int rows = Math.min(ROWS, cut.endRow(chunk) - row);
      scratch.lastRow = rows - 1;
      for (int c = firstColumn; c < endColumn; c += columns) {
        multiplyTile(scratch, at, c * k);
        int width = Math.min(columns, endColumn - c);
        for (int r = 0; r < rows; r++) {
          int from = scratch.firstSum + (ROWS + r) * columns;
          System.arraycopy(scratch.sums, from, y.data(), y.at(row + r) + first + c, width);
        }
      }
      at += ROWS * k;
    }
  }

  /// Packs rows of inputs, block after block.
  private void packLeft(float[] left, int from, int to) {
    float[] data = x.data();
    for (int row = from; row < to; row++) {
      int at = (row - from) * k;
      for (int q = 0; q < LANES; q++) {
        int source = x.at(row) + lane(q);
        for (int j = starts[q]; j < starts[q + 1]; j++) {
          left[at + j] = data[source];
          source += LANES;
        }
      }
    }
  }

  /// The blocks of a tile, whose rows begin at `at` in the packed inputs and at `panel` in the
  /// panels.
  private void multiplyTile(ProductScratch scratch, int at, int panel) {
    for (int q = 0; q < LANES; q++) {
      int top = scratch.firstSum + (1 + Integer.bitCount(q)) * ROWS * columns;
      int count = starts[q + 1] - starts[q];
      int merges = Integer.numberOfTrailingZeros(~q);
      int from = panel + starts[q] * columns;
      scratch.outAt = top - merges * ROWS * columns;
      tile.multiply(scratch, scratch.left, panels, at + starts[q], from, count, top, merges);
    }
  }
}
