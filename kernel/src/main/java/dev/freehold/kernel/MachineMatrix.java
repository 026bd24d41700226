package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Tile;
import dev.freehold.kernel.x86.Int8Tile.Field;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Products of quantized weights with int8 activations by emitted code.
///
/// A worker takes two groups of 16 rows. Stretch by stretch it unpacks their weights and scales
/// into memory that stays in the first cache, and multiplies them with all tokens, six at a time.
/// Few tokens are multiplied straight from the file. Order of summation: (c) of fh1.
final class MachineMatrix implements Matrix, WorkerPool.Job {
  private static final int ROWS = MachineWeights.ROWS;
  private static final int TILE_ROWS = Int8Tile.GROUPS * ROWS;

  private static final int BLOCKS = MachineScratch.BLOCKS;

  /// Bytes of weights of a chunk for few tokens.
  private static final long SMALLEST_CHUNK = 48 << 10;

  private static final long LARGEST_CHUNK = 512 << 10;
  private static final Activations NOTHING = IntegerMatrix.NOTHING;

  private final String kernel;
  private final MachineWorkers workers;
  private final Kernels kernels;
  private final Dtype dtype;
  private final int rows;
  private final int columns;
  private final int blocks;
  private final MachineWeights weights;
  private final Int8Tile.Ending ending;
  private final MachineKernels.Tiles code;

  /// Where the chunks end that few tokens are multiplied with.
  private final int[] fewEnds;

  /// Groups of rows at which chunks began whose pages were read once.
  private final boolean[] seen;

  private Activations x = NOTHING;
  private MemorySegment starts = MemorySegment.NULL;
  private Rows y = NOTHING.values();
  private int firstToken;
  private int tokens;
  private boolean few;

  /// @param kernel its name
  /// @param shape the tensor that the weights hold
  MachineMatrix(
      String kernel,
      Tensor shape,
      MachineWeights weights,
      Kernels kernels,
      MachineWorkers workers) {
    this.kernel = kernel;
    this.workers = workers;
    this.kernels = kernels;
    this.weights = weights;
    this.dtype = shape.dtype();
    this.rows = Math.toIntExact(shape.rows());
    this.columns = Math.toIntExact(shape.columns());
    this.blocks = columns / Activations.BLOCK;
    if (weights.data().byteSize() < weights.start(rows)) {
      // Emitted code checks no bounds of its own.
      throw new KernelException(
          "%s: there are %d bytes of %d"
              .formatted(shape.name(), weights.data().byteSize(), weights.start(rows)));
    }
    this.fewEnds = fewEnds(rows, weights.start(ROWS));
    this.seen = new boolean[groups(rows)];
    this.ending = weights.ending();
    this.code = weights.tiles();
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
    int chunks = begin(newX, newY);
    for (int from = 0; from < x.tokens(); from += MachineScratch.TOKENS) {
      firstToken = from;
      tokens = Math.min(MachineScratch.TOKENS, x.tokens() - from);
      kernels.pool().run(this, chunks);
    }
    end();
  }

  /// Whether so many tokens are multiplied in one run.
  boolean takesFew(int count) {
    return count <= weights.fewTokens();
  }

  /// Makes ready for [#run].
  ///
  /// @return the number of chunks
  int begin(Activations newX, Rows newY) {
    if (newX.columns() != columns) {
      throw new KernelException(
          "%d columns are multiplied with rows of %d".formatted(columns, newX.columns()));
    }
    newY.check("products", newX.tokens(), rows);
    x = newX;
    y = newY;
    x.quantize(kernels);
    starts = x.starts(ending, weights.offset());
    for (MachineScratch scratch : workers.scratches()) {
      scratch.reserve(x.tokens());
    }
    few = takesFew(x.tokens());
    firstToken = 0;
    tokens = x.tokens();
    return few ? fewEnds.length : (rows + TILE_ROWS - 1) / TILE_ROWS;
  }

  /// Lets go of what [#begin] took.
  void end() {
    x = NOTHING;
    y = NOTHING.values();
    starts = MemorySegment.NULL;
  }

  /// Chunks of half a megabyte, which become smaller towards the end, so that no thread waits long
  /// for the last one.
  private static int[] fewEnds(int rows, long groupBytes) {
    int least = (int) Math.clamp(SMALLEST_CHUNK / groupBytes, 1, 64);
    int most = (int) Math.clamp(LARGEST_CHUNK / groupBytes, least, 1024);
    int all = groups(rows);
    int[] ends = new int[all];
    int count = 0;
    for (int taken = 0; taken < all; count++) {
      taken += Math.min(all - taken, Math.clamp((all - taken) / 6, least, most));
      ends[count] = Math.min(rows, taken * ROWS);
    }
    return Arrays.copyOf(ends, count);
  }

  /// Meets in Java, where it is an error, what would end the process in emitted code: a page that
  /// cannot be read. A file that was cut short lacks its end, so that the last byte of the matrix
  /// is read each time; every page is read once, since a disk may fail.
  private void touch(MatrixScratch scratch, int row, int end) {
    MemorySegment data = weights.data();
    scratch.touch(data, data.byteSize() - 1, data.byteSize());
    int first = row / ROWS;
    if (!seen[first]) {
      scratch.touch(data, weights.start(row), weights.start(end));
      seen[first] = true;
    }
  }

  @Override
  public void run(int chunk, int worker) {
    MachineScratch scratch = workers.scratches()[worker];
    int from = few ? chunk == 0 ? 0 : fewEnds[chunk - 1] : chunk * TILE_ROWS;
    int to = few ? fewEnds[chunk] : Math.min(rows, from + TILE_ROWS);
    touch(workers.vectors().scratch(worker), from, to);
    if (few) {
      multiplyRows(scratch, from, to);
      return;
    }
    boolean whole = (to - from) % ROWS == 0;
    for (int block = 0; block < blocks; block += BLOCKS) {
      boolean last = block + BLOCKS >= blocks;
      scratch.set(Field.FINISHED, whole && last ? 1 : 0);
      multiplyStretch(scratch, from, groups(to - from), block);
    }
    for (int t = 0; t < tokens && !whole; t++) {
      scratch.copyChains(t, y.data(), y.at(firstToken + t) + from, to - from);
    }
  }

  private static int groups(int count) {
    return (count + ROWS - 1) / ROWS;
  }

  private void multiplyRows(MachineScratch scratch, int from, int to) {
    int width = weights.fewGroups() * ROWS;
    int most = weights.tokensAtOnce();
    for (int row = from; row < to; row += width) {
      int count = Math.min(width, to - row);
      for (int token = 0; token < tokens; token += most) {
        int some = Math.min(most, tokens - token);
        weights.multiplyFew(scratch, x, token, some, row, groups(count));
        for (int t = 0; t < some; t++) {
          System.arraycopy(scratch.sums, t * width, y.data(), y.at(token + t) + row, count);
        }
      }
    }
  }

  private void multiplyStretch(MachineScratch scratch, int row, int groups, int block) {
    int count = Math.min(BLOCKS, blocks - block);
    long bits = weights.unpack(scratch, row, groups, block, count);
    scratch.set(Field.BLOCKS, count);
    scratch.set(Field.CONTINUED, block);
    scratch.set(Field.X_STRIDE, columns);
    scratch.set(Field.X_SCALES_STRIDE, blocks * 4L);
    scratch.set(Field.STARTS_STRIDE, (long) blocks * ending.startBytes());
    int size = tileTokens(tokens);
    int tiles = tokens / size;
    int rest = tokens % size;
    scratch.set(Field.OUT_STRIDE, y.stride() * 4L);
    Stretch stretch = new Stretch(row, groups, block, bits);
    multiplyTiles(scratch, stretch, size, tiles, 0);
    if (rest > 0) {
      multiplyTiles(scratch, stretch, rest, 1, tokens - rest);
    }
  }

  /// Tokens of a tile, so that the last tile is not much smaller than the others: a small one waits
  /// for its few sums.
  private static int tileTokens(int tokens) {
    int tiles = (tokens + Int8Tile.TOKENS - 1) / Int8Tile.TOKENS;
    return (tokens + tiles - 1) / tiles;
  }

  /// @param bits address of the first group's weights
  private record Stretch(int row, int groups, int block, long bits) {}

  private void multiplyTiles(
      MachineScratch scratch, Stretch stretch, int size, int tiles, int token) {
    long index = (long) (firstToken + token) * blocks + stretch.block;
    scratch.set(Field.X_OFFSET, index * Activations.BLOCK);
    scratch.set(Field.X_SCALES_OFFSET, index * 4);
    scratch.set(Field.STARTS_OFFSET, index * ending.startBytes());
    scratch.set(Field.CHAINS, scratch.chains(token));
    scratch.set(Field.OUT_OFFSET, (y.at(firstToken + token) + stretch.row) * 4L);
    scratch.set(Field.TILES, tiles);
    code.multiply(
        stretch.groups,
        size,
        stretch.bits,
        x.integersSegment(),
        x.scalesSegment(),
        starts,
        y.segment(),
        scratch.fields());
  }
}
