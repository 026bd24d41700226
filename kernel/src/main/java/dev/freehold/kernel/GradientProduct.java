package dev.freehold.kernel;

import java.util.Arrays;

/// `c[i, l] = sum_j a(i, j) b[j, l]` in the order of rule 14 of fh1: the two backward products.
///
/// For each block of 256 indices j a worker packs the panels of its group of columns of b, and of
/// its strip of rows of a where those do not stand one after the other; the sums of the blocks are
/// joined as on a stack.
final class GradientProduct implements WorkerPool.Job {
  private static final int ROWS = ProductTile.ROWS;
  private static final int BLOCK = Products.BLOCK;

  /// Indices that a worker passes over for all rows of its strip.
  private static final int PART = 128;

  /// Most floats of the right factor that are packed for all workers at once.
  private static final int SHARED_FLOATS = 1 << 20;

  /// Fewest strips for which that is worth it.
  private static final int SHARING_STRIPS = 4;

  /// Floats that a vector may write behind the last packed row.
  private static final int LEFT_ROOM = 16;

  private static final float[] NOTHING = {};

  private final ProductTile tile;
  private final ProductScratch[] scratches;
  private final int columns;
  private final WorkerPool.Job pack = this::packShared;
  private ProductCut cut = ProductCut.of(1, 1);
  private int length;
  private int levels;

  /// The right factor's panels, block after block, where it is packed for all strips at once.
  private float[] shared = NOTHING;

  private int firstShared;
  private boolean isShared;

  private float[] left = NOTHING;
  private int leftAt;
  private int leftRow;
  private int leftStep;
  private float[] right = NOTHING;
  private int rightAt;
  private int rightStep;
  private float[] out = NOTHING;
  private int outAt;
  private int outStride;
  private Write write = Write.SET;

  GradientProduct(ProductTile tile, ProductScratch[] scratches) {
    this.tile = tile;
    this.scratches = scratches;
    this.columns = tile.columns();
  }

  /// Most floats that a worker takes where at most `most` indices are contracted.
  static long mostFloats(long most) {
    long blocks = (most + BLOCK - 1) / BLOCK;
    long strip = ProductCut.STRIP;
    long group = ProductCut.GROUP;
    return strip / ROWS * (BLOCK * ROWS + LEFT_ROOM)
        + group * BLOCK
        + ROWS * ProductTile.MOST_COLUMNS
        + 2 * CacheLines.FLOATS
        + strip * group * (65 - Long.numberOfLeadingZeros(blocks));
  }

  /// `a(i, j) = a[at + i * row + j * step]`; one of row and step is 1.
  void setLeft(float[] a, int at, int row, int step) {
    left = a;
    leftAt = at;
    leftRow = row;
    leftStep = step;
  }

  /// `b[j, l] = b[at + j * step + l]`
  void setRight(float[] b, int at, int step) {
    right = b;
    rightAt = at;
    rightStep = step;
  }

  /// `c[i, l] = c[at + i * stride + l]`
  void setOut(float[] c, int at, int stride, Write newWrite) {
    out = c;
    outAt = at;
    outStride = stride;
    write = newWrite;
  }

  long scratchBytes() {
    return (long) shared.length * Float.BYTES;
  }

  /// Most floats of the right factor that are packed at once, where at most `most` indices are
  /// contracted and it is at most `widest` wide.
  static long mostSharedFloats(long most, int widest) {
    long blocks = (most + BLOCK - 1) / BLOCK;
    long floats = blocks * BLOCK * (widest + ProductTile.MOST_COLUMNS);
    return Math.min(floats, SHARED_FLOATS) + CacheLines.FLOATS;
  }

  void run(WorkerPool pool, int rows, int newLength, int width) {
    cut = ProductCut.of(rows, width);
    length = newLength;
    levels = 33 - Integer.numberOfLeadingZeros(blocks());
    for (ProductScratch scratch : scratches) {
      scratch.reserve(
          cut.stripRows() / ROWS * (BLOCK * ROWS + LEFT_ROOM),
          cut.groupColumns() * BLOCK,
          ROWS * columns + cut.stripRows() * cut.groupColumns() * levels);
    }
    long floats = (long) blocks() * blockFloats();
    isShared = cut.strips() >= SHARING_STRIPS && floats <= SHARED_FLOATS;
    if (isShared) {
      shared = ProductScratch.atLeast(shared, (int) floats + CacheLines.FLOATS);
      firstShared = CacheLines.firstIn(shared);
      pool.run(pack, blocks() * groups());
    }
    pool.run(this, cut.chunks());
    left = NOTHING;
    right = NOTHING;
    out = NOTHING;
  }

  private int blocks() {
    return (length + BLOCK - 1) / BLOCK;
  }

  private int groups() {
    return cut.chunks() / cut.strips();
  }

  /// Floats of the panels of one block.
  private int blockFloats() {
    return (cut.columns() + columns - 1) / columns * columns * BLOCK;
  }

  /// Where the panels of a block and of the columns from `column` on begin in the shared memory.
  private int sharedAt(int block, int column) {
    return firstShared + block * blockFloats() + column * BLOCK;
  }

  private void packShared(int unit, int worker) {
    int block = unit / groups();
    int column = unit % groups() * cut.groupColumns();
    int end = Math.min(cut.columns(), column + cut.groupColumns());
    packRight(shared, sharedAt(block, column), column, end, block);
  }

  @Override
  public void run(int chunk, int worker) {
    ProductScratch scratch = scratches[worker];
    int firstColumn = cut.firstColumn(chunk);
    for (int block = 0; block < blocks(); block++) {
      float[] panels = shared;
      int panelsAt = sharedAt(block, firstColumn);
      if (!isShared) {
        panels = scratch.right;
        panelsAt = scratch.firstRight;
        packRight(panels, panelsAt, firstColumn, cut.endColumn(chunk), block);
      }
      if (leftStep != 1) {
        packLeft(scratch, chunk, block);
      }
      multiply(scratch, chunk, block, panels, panelsAt);
    }
    int at = scratch.firstSum + ROWS * columns;
    for (int row = cut.firstRow(chunk); row < cut.endRow(chunk); row += ROWS) {
      int rows = Math.min(ROWS, cut.endRow(chunk) - row);
      for (int column = cut.firstColumn(chunk); column < cut.endColumn(chunk); column += columns) {
        int width = Math.min(columns, cut.endColumn(chunk) - column);
        int to = outAt + row * outStride + column;
        for (int r = 0; r < rows; r++) {
          put(scratch.sums, at + r * columns, to + r * outStride, width);
        }
        at += levels * ROWS * columns;
      }
    }
  }

  private void put(float[] sums, int from, int to, int width) {
    if (write == Write.SET) {
      System.arraycopy(sums, from, out, to, width);
    } else {
      for (int c = 0; c < width; c++) {
        out[to + c] = out[to + c] + sums[from + c];
      }
    }
  }

  private int lengthOf(int block) {
    return Math.min(BLOCK, length - block * BLOCK);
  }

  private void packRight(float[] panels, int at, int firstColumn, int endColumn, int block) {
    int count = lengthOf(block);
    int width = endColumn - firstColumn;
    int from = rightAt + block * BLOCK * rightStep + firstColumn;
    int whole = width / columns;
    int stride = BLOCK * columns;
    tile.copy(right, from, rightStep, count, whole, panels, at, stride);
    int rest = width - whole * columns;
    for (int j = 0; rest > 0 && j < count; j++) {
      int to = at + whole * stride + j * columns;
      System.arraycopy(right, from + j * rightStep + width - rest, panels, to, rest);
      Arrays.fill(panels, to + rest, to + columns, 0);
    }
  }

  private void packLeft(ProductScratch scratch, int chunk, int block) {
    int from = leftAt + cut.firstRow(chunk) + block * BLOCK * leftStep;
    int rows = cut.endRow(chunk) - cut.firstRow(chunk);
    int stride = BLOCK * ROWS + LEFT_ROOM;
    tile.copyLeft(left, from, leftStep, lengthOf(block), rows, scratch.left, stride);
  }

  /// Adds a block to the sums, part by part: all rows of a strip pass over the same part of a
  /// panel, which stays in the first cache.
  private void multiply(
      ProductScratch scratch, int chunk, int block, float[] panels, int panelsAt) {
    int depth = Integer.bitCount(block);
    int merges = block + 1 == blocks() ? depth : Integer.numberOfTrailingZeros(~block);
    boolean packed = leftStep != 1;
    scratch.rowStep = leftRow;
    scratch.step = ROWS;
    int width = cut.endColumn(chunk) - cut.firstColumn(chunk);
    int tiles = (width + columns - 1) / columns;
    int stack = levels * ROWS * columns;
    scratch.out = scratch.sums;
    scratch.outStride = columns;
    for (int from = 0; from < lengthOf(block); from += PART) {
      int count = Math.min(PART, lengthOf(block) - from);
      boolean ends = from + PART >= lengthOf(block);
      for (int panel = 0; panel < tiles; panel++) {
        int aAt =
            packed ? from * ROWS : leftAt + cut.firstRow(chunk) * leftRow + block * BLOCK + from;
        int top = scratch.firstSum + (1 + depth) * ROWS * columns + panel * stack;
        for (int row = cut.firstRow(chunk); row < cut.endRow(chunk); row += ROWS) {
          scratch.lastRow = Math.min(ROWS, cut.endRow(chunk) - row) - 1;
          scratch.startAt = from == 0 ? scratch.firstSum : top;
          scratch.outAt = ends ? top - merges * ROWS * columns : top;
          int bAt = panelsAt + (panel * BLOCK + from) * columns;
          int joined = ends ? merges : 0;
          if (packed) {
            tile.multiplyPacked(scratch, scratch.left, panels, aAt, bAt, count, top, joined);
            aAt += BLOCK * ROWS + LEFT_ROOM;
          } else {
            tile.multiply(scratch, left, panels, aAt, bAt, count, top, joined);
            aAt += ROWS * leftRow;
          }
          top += tiles * stack;
        }
      }
    }
  }
}
