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
    int group = Math.max(1, GROUP_FLOATS / k / columns) * columns;
    int held = (Math.min(most, n) + columns - 1) / columns;
    panels = ProductScratch.atLeast(panels, Math.multiplyExact(held * columns, k));
    for (ProductScratch scratch : scratches) {
      scratch.reserve(0, 0, (1 + LEVELS) * ROWS * columns);
    }
    for (first = 0; first < n; first += most) {
      int count = Math.min(most, n - first);
      cut = ProductCut.of(shape.m(), STRIP, count, group);
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
    scratch.rowStep = x.stride();
    scratch.step = LANES;
    scratch.startAt = scratch.firstSum;
    scratch.out = scratch.sums;
    scratch.outStride = columns;
    for (int row = cut.firstRow(chunk); row < cut.endRow(chunk); row += ROWS) {
      int rows = Math.min(ROWS, cut.endRow(chunk) - row);
      scratch.lastRow = rows - 1;
      for (int c = cut.firstColumn(chunk); c < cut.endColumn(chunk); c += columns) {
        if (k % LANES == 0) {
          pairs(scratch, row, c);
        } else {
          lanes(scratch, row, c);
        }
        int width = Math.min(columns, cut.endColumn(chunk) - c);
        for (int r = 0; r < rows; r++) {
          int to = y.at(row + r) + first + c;
          System.arraycopy(
              scratch.sums, scratch.firstSum + (ROWS + r) * columns, y.data(), to, width);
        }
      }
    }
  }

  /// The blocks of a tile one by one.
  private void lanes(ProductScratch scratch, int row, int column) {
    for (int q = 0; q < LANES; q++) {
      int top = scratch.firstSum + (1 + Integer.bitCount(q)) * ROWS * columns;
      int count = starts[q + 1] - starts[q];
      int at = x.at(row) + lane(q);
      int panel = column * k + starts[q] * columns;
      int merges = Integer.numberOfTrailingZeros(~q);
      scratch.outAt = top - merges * ROWS * columns;
      tile.multiply(scratch, x.data(), panels, at, panel, count, top, merges);
    }
  }

  /// The blocks of a tile two by two, where all have the same length.
  private void pairs(ProductScratch scratch, int row, int column) {
    int count = k / LANES;
    scratch.laneStep = lane(1);
    scratch.panelStep = count * columns;
    for (int q = 0; q < LANES; q += 2) {
      int top = scratch.firstSum + (1 + Integer.bitCount(q)) * ROWS * columns;
      int at = x.at(row) + lane(q);
      int panel = column * k + starts[q] * columns;
      int merges = Integer.numberOfTrailingZeros(~(q / 2));
      scratch.outAt = top - merges * ROWS * columns;
      tile.multiplyPair(scratch, x.data(), panels, at, panel, count, top, merges);
    }
  }
}
