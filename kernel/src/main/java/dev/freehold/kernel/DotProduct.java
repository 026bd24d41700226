package dev.freehold.kernel;

/// `y[m, n] = sum_k x[m, k] w[n, k]` in 16 lanes: the forward product where a vector holds them
/// all.
///
/// Outputs are cut into chunks of rows and columns by shape alone. A worker packs the inputs of its
/// chunk, then tile by tile the weights, which stay in the first cache while all inputs pass by.
final class DotProduct implements ForwardKernel {
  /// Floats of one of the four rows of a chunk's panels of inputs, which stay in the second cache.
  private static final int STRIP_FLOATS = 1 << 15;

  /// Most panels of inputs of a chunk.
  private static final int MOST_PANELS = 48;

  /// Columns of outputs of a chunk.
  private static final int GROUP = 43 * DotTile.COLUMNS;

  private static final Rows NO_ROWS = new Rows(new float[0], 0, 0);

  private final DotTile tile;
  private final DotScratch[] scratches;
  private final WorkerPool.Job multiply = this::multiply;
  private Rows x = NO_ROWS;
  private Rows w = NO_ROWS;
  private Rows y = NO_ROWS;
  private ProductShape shape = new ProductShape(1, 1, 1);
  private int panels;
  private int strips;

  DotProduct(DotTile tile, int workers) {
    this.tile = tile;
    this.scratches = new DotScratch[workers];
    for (int i = 0; i < workers; i++) {
      scratches[i] = new DotScratch();
    }
  }

  /// Most floats of a worker's memory for sums of at most `k` products.
  static long mostFloats(int k) {
    long row = k + DotTile.LANES;
    long inputs = Math.max(STRIP_FLOATS + MOST_PANELS * DotTile.LANES, row) * DotTile.ROWS;
    return inputs + DotTile.COLUMNS * row + DotScratch.TILE + 3 * CacheLines.FLOATS;
  }

  @Override
  public long scratchBytes() {
    long bytes = 0;
    for (DotScratch scratch : scratches) {
      bytes += scratch.bytes();
    }
    return bytes;
  }

  @Override
  public void run(WorkerPool pool, ProductShape newShape, Rows inputs, float[] weights, Rows out) {
    x = inputs;
    w = new Rows(weights, 0, newShape.k());
    y = out;
    shape = newShape;
    panels = Math.clamp(STRIP_FLOATS / shape.k(), 1, MOST_PANELS);
    int rows = panels * DotTile.ROWS;
    strips = (shape.m() + rows - 1) / rows;
    for (DotScratch scratch : scratches) {
      scratch.reserve(panels, shape.k());
    }
    pool.run(multiply, strips * ((shape.n() + GROUP - 1) / GROUP));
    x = NO_ROWS;
    w = NO_ROWS;
    y = NO_ROWS;
  }

  private void multiply(int chunk, int worker) {
    DotScratch scratch = scratches[worker];
    int k = shape.k();
    int panelFloats = scratch.inputs.panelFloats();
    int firstRow = chunk % strips * panels * DotTile.ROWS;
    int endRow = Math.min(shape.m(), firstRow + panels * DotTile.ROWS);
    int to = scratch.inputs.first;
    for (int row = firstRow; row < endRow; row += DotTile.ROWS) {
      tile.pack(x, row, Math.min(DotTile.ROWS, endRow - row), k, scratch.inputs, to);
      to += panelFloats;
    }
    int firstColumn = chunk / strips * GROUP;
    int endColumn = Math.min(shape.n(), firstColumn + GROUP);
    for (int column = firstColumn; column < endColumn; column += DotTile.COLUMNS) {
      int columns = Math.min(DotTile.COLUMNS, endColumn - column);
      tile.pack(w, column, columns, k, scratch.weights, scratch.weights.first);
      int from = scratch.inputs.first;
      for (int row = firstRow; row < endRow; row += DotTile.ROWS) {
        tile.multiply(scratch, from);
        tile.join(scratch, y, row, column, Math.min(DotTile.ROWS, endRow - row), columns);
        from += panelFloats;
      }
    }
  }
}
