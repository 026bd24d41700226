package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Chunk.Part;
import dev.freehold.kernel.x86.Int8Tile;
import dev.freehold.kernel.x86.Int8Tile.Field;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Products of quantized weights with int8 activations by emitted code.
///
/// A worker takes two groups of 16 rows. Stretch by stretch their weights and scales are unpacked
/// into memory that stays in the first cache and multiplied with all tokens, six at a time. Few
/// tokens are multiplied straight from the file. Order of summation: (c) of fh1.
final class MachineMatrix implements Matrix, WorkerPool.Job {
  private static final int ROWS = MachineWeights.ROWS;
  private static final int TILE_ROWS = Int8Tile.GROUPS * ROWS;

  private static final int BLOCKS = MachineScratch.BLOCKS;

  /// Products of a call at most, but those of one stretch.
  private static final long CALL_PRODUCTS = 1 << 24;

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

  /// Chunks for few tokens.
  private final RowChunks fewChunks;

  /// Groups of rows at which chunks began whose pages were read once.
  private final boolean[] seen;

  private boolean populated;

  private Activations x = NOTHING;
  private MemorySegment starts = MemorySegment.NULL;
  private Rows y = NOTHING.values();
  private int firstToken;
  private int tokens;
  private boolean few;

  /// How often it was multiplied, so that no worker takes an earlier plan.
  private long runs;

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
    this.fewChunks = new RowChunks(kernels.pool().size(), cut());
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
    begin(newX, newY);
    if (few) {
      kernels.pool().run(this, fewChunks.bounds());
      end();
      return;
    }
    for (int from = 0; from < x.tokens(); from += MachineScratch.TOKENS) {
      firstToken = from;
      tokens = Math.min(MachineScratch.TOKENS, x.tokens() - from);
      runs++;
      kernels.pool().run(this, (rows + TILE_ROWS - 1) / TILE_ROWS);
    }
    end();
  }

  /// Whether so many tokens are multiplied in one run.
  boolean takesFew(int count) {
    return count <= weights.fewTokens();
  }

  /// What few tokens are multiplied with, to be cut.
  RowChunks.Weights cut() {
    return new RowChunks.Weights(rows, weights.start(ROWS));
  }

  /// Makes ready for [#run].
  void begin(Activations newX, Rows newY) {
    if (newX.columns() != columns) {
      throw new KernelException(
          "%d columns are multiplied with rows of %d".formatted(columns, newX.columns()));
    }
    newY.check("products", newX.tokens(), rows);
    populate();
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
    runs++;
  }

  /// Lets go of what [#begin] took.
  void end() {
    x = NOTHING;
    y = NOTHING.values();
    starts = MemorySegment.NULL;
  }

  /// Has the system read all pages once, where it can: [#touch] takes longer for them, above all in
  /// a process that has just started. Where it cannot, that finds out why.
  private void populate() {
    if (populated) {
      return;
    }
    populated = true;
    if (weights.data().isNative() && MachinePages.populate(weights.data())) {
      Arrays.fill(seen, true);
    }
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
    if (few) {
      multiplyFew(fewChunks.from(chunk), fewChunks.to(chunk), worker);
      return;
    }
    MachineScratch scratch = workers.scratches()[worker];
    int from = chunk * TILE_ROWS;
    int to = Math.min(rows, from + TILE_ROWS);
    touch(workers.vectors().scratch(worker), from, to);
    ChunkPlan plan = scratch.plan;
    // The last chunk may have fewer rows, and so a plan of its own.
    long version = 2 * runs + (to - from < TILE_ROWS ? 1 : 0);
    if (!plan.isOf(this, version)) {
      plan.begin(this, version, blocks, callStretches());
      plan(plan, scratch, from, to - from);
    }
    plan.run(chunk, x, starts, y);
    for (int t = 0; t < tokens && (to - from) % ROWS != 0; t++) {
      scratch.copyChains(t, y.data(), y.at(firstToken + t) + from, to - from);
    }
  }

  /// Stretches of a call, for which the garbage collector waits.
  private int callStretches() {
    long stretch = (long) TILE_ROWS * BLOCKS * Activations.BLOCK * tokens;
    return (int) Math.clamp(CALL_PRODUCTS / stretch, 1, blocks);
  }

  private static int groups(int count) {
    return (count + ROWS - 1) / ROWS;
  }

  /// Multiplies rows `from` to `to - 1` with the few tokens of [#begin].
  void multiplyFew(int from, int to, int worker) {
    MachineScratch scratch = workers.scratches()[worker];
    touch(workers.vectors().scratch(worker), from, to);
    int whole = to - to % ROWS;
    int atOnce = weights.groupsAtOnce(tokens);
    for (int row = from; row < whole; ) {
      int groups = Math.min(atOnce, (whole - row) / ROWS);
      multiplyGroups(scratch, row, groups);
      row += groups * ROWS;
    }
    if (whole < to) {
      multiplyLast(scratch, whole, to - whole);
    }
  }

  private void multiplyGroups(MachineScratch scratch, int row, int groups) {
    FewProducts few = scratch.few;
    few.row = row;
    few.groups = groups;
    few.starts = starts;
    few.out = y;
    for (few.token = 0; few.token < tokens; few.token += few.tokens) {
      few.tokens = Math.min(weights.tokensAtOnce(), tokens - few.token);
      few.at = y.at(few.token) + row;
      weights.multiplyFew(scratch, x, few);
    }
  }

  /// A last group of fewer than 16 rows.
  private void multiplyLast(MachineScratch scratch, int row, int count) {
    FewProducts few = scratch.few;
    few.row = row;
    few.groups = 1;
    few.starts = starts;
    few.out = scratch.group;
    few.at = 0;
    for (few.token = 0; few.token < tokens; few.token += few.tokens) {
      few.tokens = Math.min(weights.tokensAtOnce(), tokens - few.token);
      weights.multiplyFew(scratch, x, few);
      for (int t = 0; t < few.tokens; t++) {
        int at = y.at(few.token + t) + row;
        System.arraycopy(scratch.group.data(), t * ROWS, y.data(), at, count);
      }
    }
  }

  private void plan(ChunkPlan plan, MachineScratch scratch, int row, int count) {
    int groups = groups(count);
    weights.plan(plan, scratch, row, groups);
    int size = tileTokens(tokens);
    int tiles = tokens / size;
    int rest = tokens % size;
    plan.call(Part.MULTIPLY, code.entry(groups, size));
    plan.call(Part.MULTIPLY_REST, rest == 0 ? MemorySegment.NULL : code.entry(groups, rest));
    plan(plan, scratch, Part.MULTIPLY, new Tiles(0, tiles, size));
    plan(plan, scratch, Part.MULTIPLY_REST, new Tiles(tokens - rest, 1, rest));
    for (Part part : List.of(Part.MULTIPLY, Part.MULTIPLY_REST)) {
      plan.set(part, Field.FINISHED.ordinal(), 0, 0, 0, count % ROWS == 0 ? 1 : 0);
    }
  }

  /// Tokens of a tile, so that the last tile is not much smaller than the others: a small one waits
  /// for its few sums.
  private static int tileTokens(int tokens) {
    int tiles = (tokens + Int8Tile.TOKENS - 1) / Int8Tile.TOKENS;
    return (tokens + tiles - 1) / tiles;
  }

  /// Tiles of tokens, all of one size.
  ///
  /// @param token the first tile's first
  private record Tiles(int token, int count, int size) {}

  private void plan(ChunkPlan plan, MachineScratch scratch, Part part, Tiles tiles) {
    long index = (long) (firstToken + tiles.token) * blocks;
    int startBytes = ending.startBytes();
    long chains = (long) tiles.count * tiles.size * Int8Tile.CHAIN_BYTES;
    plan.setBlocks(part, Field.BLOCKS.ordinal());
    plan.set(part, Field.SCALES, scratch.scalesOf(0));
    advance(plan, part, Field.X_OFFSET, index, Activations.BLOCK);
    plan.set(part, Field.X_STRIDE, columns);
    advance(plan, part, Field.X_SCALES_OFFSET, index, Float.BYTES);
    plan.set(part, Field.X_SCALES_STRIDE, (long) blocks * Float.BYTES);
    advance(plan, part, Field.STARTS_OFFSET, index, startBytes);
    plan.set(part, Field.STARTS_STRIDE, (long) blocks * startBytes);
    // A call moves them on, past its tokens.
    plan.set(part, Field.CHAINS.ordinal(), scratch.chains(tiles.token), 0, -chains, 0);
    long out = (long) y.at(firstToken + tiles.token) * Float.BYTES;
    plan.set(part, Field.OUT_OFFSET.ordinal(), out, (long) TILE_ROWS * Float.BYTES, 0, 0);
    plan.set(part, Field.OUT_STRIDE, (long) y.stride() * Float.BYTES);
    plan.set(part, Field.TILES, tiles.count);
    plan.set(part, Field.CONTINUED.ordinal(), 0, 0, 1, 0);
  }

  /// A place in an array that has so many bytes for each block.
  private static void advance(ChunkPlan plan, Part part, Field field, long block, int bytes) {
    plan.set(part, field.ordinal(), block * bytes, 0, (long) BLOCKS * bytes, 0);
  }
}
