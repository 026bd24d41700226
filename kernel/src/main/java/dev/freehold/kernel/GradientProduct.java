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

  /// Floats that a vector may write behind the last packed row.
  private static final int LEFT_ROOM = 16;

  private static final float[] NOTHING = {};

  private final ProductTile tile;
  private final ProductScratch[] scratches;
  private final int columns;
  private ProductCut cut = ProductCut.of(1, 1);
  private int length;
  private int levels;

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

  void run(WorkerPool pool, int rows, int newLength, int width) {
    cut = ProductCut.of(rows, width);
    length = newLength;
    int blocks = (length + BLOCK - 1) / BLOCK;
    levels = 33 - Integer.numberOfLeadingZeros(blocks);
    for (ProductScratch scratch : scratches) {
      scratch.reserve(
          cut.stripRows() / ROWS * (BLOCK * ROWS + LEFT_ROOM),
          cut.groupColumns() * BLOCK,
          ROWS * columns + cut.stripRows() * cut.groupColumns() * levels);
    }
    pool.run(this, cut.chunks());
    left = NOTHING;
    right = NOTHING;
    out = NOTHING;
  }

  @Override
  public void run(int chunk, int worker) {
    ProductScratch scratch = scratches[worker];
    int blocks = (length + BLOCK - 1) / BLOCK;
    for (int block = 0; block < blocks; block++) {
      packRight(scratch, chunk, block);
      if (leftStep != 1) {
        packLeft(scratch, chunk, block);
      }
      multiply(scratch, chunk, block, block + 1 == blocks);
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

  private void packRight(ProductScratch scratch, int chunk, int block) {
    int count = lengthOf(block);
    int width = cut.endColumn(chunk) - cut.firstColumn(chunk);
    int from = rightAt + block * BLOCK * rightStep + cut.firstColumn(chunk);
    int panels = width / columns;
    int stride = BLOCK * columns;
    tile.copy(right, from, rightStep, count, panels, scratch.right, scratch.firstRight, stride);
    int rest = width - panels * columns;
    for (int j = 0; rest > 0 && j < count; j++) {
      int to = scratch.firstRight + panels * stride + j * columns;
      System.arraycopy(right, from + j * rightStep + width - rest, scratch.right, to, rest);
      Arrays.fill(scratch.right, to + rest, to + columns, 0);
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
  private void multiply(ProductScratch scratch, int chunk, int block, boolean last) {
    int depth = Integer.bitCount(block);
    int merges = last ? depth : Integer.numberOfTrailingZeros(~block);
    boolean packed = leftStep != 1;
    scratch.rowStep = leftRow;
    scratch.step = ROWS;
    int width = cut.endColumn(chunk) - cut.firstColumn(chunk);
    int panels = (width + columns - 1) / columns;
    int stack = levels * ROWS * columns;
    scratch.out = scratch.sums;
    scratch.outStride = columns;
    for (int from = 0; from < lengthOf(block); from += PART) {
      int count = Math.min(PART, lengthOf(block) - from);
      boolean ends = from + PART >= lengthOf(block);
      for (int panel = 0; panel < panels; panel++) {
        int aAt =
            packed ? from * ROWS : leftAt + cut.firstRow(chunk) * leftRow + block * BLOCK + from;
        int top = scratch.firstSum + (1 + depth) * ROWS * columns + panel * stack;
        for (int row = cut.firstRow(chunk); row < cut.endRow(chunk); row += ROWS) {
          scratch.lastRow = Math.min(ROWS, cut.endRow(chunk) - row) - 1;
          scratch.startAt = from == 0 ? scratch.firstSum : top;
          scratch.outAt = ends ? top - merges * ROWS * columns : top;
          int bAt = scratch.firstRight + (panel * BLOCK + from) * columns;
          int joined = ends ? merges : 0;
          if (packed) {
            tile.multiplyPacked(scratch, scratch.left, scratch.right, aAt, bAt, count, top, joined);
            aAt += BLOCK * ROWS + LEFT_ROOM;
          } else {
            tile.multiply(scratch, left, scratch.right, aAt, bAt, count, top, joined);
            aAt += ROWS * leftRow;
          }
          top += panels * stack;
        }
      }
    }
  }
}
