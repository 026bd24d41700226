package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.util.Arrays;

/// Products of quantized weights with int8 activations by the Vector API.
///
/// A chunk of rows is unpacked panel by panel into float32 integers, which are multiplied with
/// tiles of tokens (lanes are tokens). A few tokens go one by one, straight from the stored bytes
/// where there is a kernel for it. Order of summation: (c) of fh1.
final class IntegerMatrix implements Matrix, WorkerPool.Job {
  /// Tokens from which they are worth transposing.
  private static final int TILE_FROM = 4;

  static final Activations NOTHING = new Activations(0, 0);

  private final String kernel;
  private final Kernels kernels;
  private final VectorMatrices vectors;
  private final IntegerWeights weights;
  private final Dtype dtype;
  private final int rows;
  private final int columns;
  private final int blocks;
  private Activations x = NOTHING;
  private Rows y = NOTHING.values();
  private int firstToken;
  private int tokens;
  private boolean direct;
  private int chunkRows;

  /// @param kernel its name
  /// @param shape the tensor that the weights hold
  IntegerMatrix(
      String kernel,
      Tensor shape,
      IntegerWeights weights,
      Kernels kernels,
      VectorMatrices vectors) {
    this.kernel = kernel;
    this.kernels = kernels;
    this.vectors = vectors;
    this.weights = weights;
    this.dtype = shape.dtype();
    this.rows = Math.toIntExact(shape.rows());
    this.columns = Math.toIntExact(shape.columns());
    this.blocks = columns / Activations.BLOCK;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public Dtype dtype() {
    return dtype;
  }

  @Override
  public String kernel() {
    return kernel;
  }

  @Override
  public void multiply(Activations newX, Rows newY) {
    x = newX;
    y = newY;
    x.quantize(kernels);
    if (x.tokens() < TILE_FROM) {
      x.makeFloats();
      x.makePairs();
    } else {
      x.tiles(kernels.pool());
      vectors.reserve(x.tokens());
    }
    direct = x.tokens() < TILE_FROM && weights.rowsOfFew() > 0;
    chunkRows = direct ? weights.rowsOfFew() : Panel.ROWS;
    int chunks = (rows + chunkRows - 1) / chunkRows;
    for (int from = 0; from < x.tokens(); from += MatrixScratch.TOKENS) {
      firstToken = from;
      tokens = Math.min(MatrixScratch.TOKENS, x.tokens() - from);
      kernels.pool().run(this, chunks);
    }
    x = NOTHING;
    y = NOTHING.values();
  }

  @Override
  public void run(int chunk, int worker) {
    MatrixScratch scratch = vectors.scratch(worker);
    int from = chunk * chunkRows;
    int count = Math.min(chunkRows, rows - from);
    weights.touch(scratch, from, from + count);
    if (direct) {
      weights.multiplyFew(scratch, x, from, from + count, y);
    } else {
      multiplyPanels(scratch, from, count);
    }
  }

  private void multiplyPanels(MatrixScratch scratch, int from, int count) {
    boolean tiled = x.tokens() >= TILE_FROM;
    int padded = tiled ? tokens + ActivationTiles.TOKENS - 1 & -ActivationTiles.TOKENS : tokens;
    Arrays.fill(scratch.sums, 0, Panel.ROWS * padded, 0);
    Panel panel = scratch.panel;
    for (int block = 0; block < blocks; block += Panel.BLOCKS) {
      panel.select(count, block, Math.min(Panel.BLOCKS, blocks - block));
      weights.unpack(scratch, from);
      panel.pad();
      if (tiled) {
        multiplyTiles(scratch);
      } else {
        for (int t = 0; t < tokens; t++) {
          vectors.dot().multiply(panel, x, firstToken + t, scratch.sums, t * Panel.ROWS);
        }
      }
    }
    if (tiled) {
      storeTiles(scratch.sums, from, count);
    } else {
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(
            scratch.sums, t * Panel.ROWS, y.data(), y.at(firstToken + t) + from, count);
      }
    }
  }

  private void multiplyTiles(MatrixScratch scratch) {
    ActivationTiles tiles = x.tiles(kernels.pool());
    int first = firstToken / ActivationTiles.TOKENS;
    int count = (tokens + ActivationTiles.TOKENS - 1) / ActivationTiles.TOKENS;
    for (int i = 0; i < count; i++) {
      int sumsAt = i * Panel.ROWS * ActivationTiles.TOKENS;
      vectors.tile().multiply(scratch.panel, tiles, first + i, scratch.sums, sumsAt);
    }
  }

  private void storeTiles(float[] sums, int row, int count) {
    for (int t = 0; t < tokens; t++) {
      int tile = t / ActivationTiles.TOKENS;
      int width = x.tiles(kernels.pool()).width(firstToken / ActivationTiles.TOKENS + tile);
      int from = tile * Panel.ROWS * ActivationTiles.TOKENS + t % ActivationTiles.TOKENS;
      int to = y.at(firstToken + t) + row;
      for (int r = 0; r < count; r++) {
        y.data()[to + r] = sums[from + r * width];
      }
    }
  }
}
