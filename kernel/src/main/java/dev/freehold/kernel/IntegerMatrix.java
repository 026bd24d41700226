package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/// Products of quantized weights with int8 activations by the Vector API, read in place.
///
/// A chunk of rows is unpacked panel by panel into float32 integers, which are multiplied with
/// single tokens (lanes are elements) or, from four tokens on, with tiles of them (lanes are
/// tokens). Order of summation: (c) of fh1.
final class IntegerMatrix implements Matrix, WorkerPool.Job {
  /// Takes every dtype with an integer form.
  record Kernel(VectorMatrices vectors) implements MatrixKernel {
    @Override
    public String name() {
      return "vector-int8";
    }

    @Override
    public Optional<String> declines(Tensor weights, Kernels kernels) {
      if (kernels.options().activations() == ActivationFormat.F32) {
        return Optional.of("activations stay float32");
      }
      return kernels.usesIntegers(weights.dtype())
          ? Optional.empty()
          : Optional.of(weights.dtype() + " has no integer form");
    }

    @Override
    public Matrix bind(Tensor weights, Kernels kernels) {
      return new IntegerMatrix(weights, kernels, this);
    }
  }

  /// Tokens from which they are worth transposing.
  private static final int TILE_FROM = 4;

  static final Activations NOTHING = new Activations(0, 0);

  private final Tensor weights;
  private final Kernels kernels;
  private final VectorMatrices vectors;
  private final Unpackers unpackers;
  private final String kernel;
  private final int rows;
  private final int columns;
  private final int blocks;
  private Activations x = NOTHING;
  private Rows y = NOTHING.values();
  private int firstToken;
  private int tokens;
  private boolean direct;

  private IntegerMatrix(Tensor weights, Kernels kernels, Kernel kernel) {
    this.weights = weights;
    this.kernels = kernels;
    this.vectors = kernel.vectors();
    this.unpackers = vectors.unpackersOf(weights.dtype());
    this.kernel = kernel.name();
    this.rows = Math.toIntExact(weights.rows());
    this.columns = Math.toIntExact(weights.columns());
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
    return weights.dtype();
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
    } else {
      x.tiles(kernels.pool());
      vectors.reserve(x.tokens());
    }
    direct = x.tokens() < TILE_FROM && vectors.direct().takes(weights.dtype());
    int chunks = (rows + Panel.ROWS - 1) / Panel.ROWS;
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
    if (direct) {
      multiplyDirectly(scratch, chunk * Panel.ROWS);
      return;
    }
    int from = chunk * Panel.ROWS;
    int count = Math.min(Panel.ROWS, rows - from);
    scratch.touch(weights.data(), from * weights.rowBytes(), (from + count) * weights.rowBytes());
    boolean tiled = x.tokens() >= TILE_FROM;
    int padded = tiled ? tokens + ActivationTiles.TOKENS - 1 & -ActivationTiles.TOKENS : tokens;
    Arrays.fill(scratch.sums, 0, Panel.ROWS * padded, 0);
    Panel panel = scratch.panel;
    for (int block = 0; block < blocks; block += Panel.BLOCKS) {
      panel.select(count, block, Math.min(Panel.BLOCKS, blocks - block));
      unpackers.unpack(
          weights.dtype(), weights.data(), from * weights.rowBytes(), weights.rowBytes(), panel);
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

  /// A few tokens with a chunk of rows, straight from the bytes, 16 rows at a time.
  private void multiplyDirectly(MatrixScratch scratch, int chunkFrom) {
    DirectDot.Call call = scratch.call;
    DirectScratch group = scratch.direct;
    call.dtype = weights.dtype();
    call.weights = weights.data();
    call.rowBytes = weights.rowBytes();
    call.x = x;
    int chunkTo = Math.min(rows, chunkFrom + Panel.ROWS);
    scratch.touch(call.weights, chunkFrom * call.rowBytes, chunkTo * call.rowBytes);
    for (int from = chunkFrom; from < chunkTo; from += DirectScratch.ROWS) {
      int count = Math.min(DirectScratch.ROWS, chunkTo - from);
      call.offset = from * call.rowBytes;
      Arrays.fill(scratch.sums, 0, DirectScratch.ROWS * tokens, 0);
      for (int block = 0; block < blocks; block += DirectScratch.BLOCKS) {
        group.select(count, block, Math.min(DirectScratch.BLOCKS, blocks - block));
        vectors.direct().readScales(call.dtype, call.weights, call.offset, call.rowBytes, group);
        for (int t = 0; t < tokens; t++) {
          call.token = t;
          vectors.direct().multiply(call, group, scratch.sums, t * DirectScratch.ROWS);
        }
      }
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(scratch.sums, t * DirectScratch.ROWS, y.data(), y.at(t) + from, count);
      }
    }
    call.x = NOTHING;
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
