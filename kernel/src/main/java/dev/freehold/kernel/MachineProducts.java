package dev.freehold.kernel;

import dev.freehold.kernel.ChainFactor.Packing;
import dev.freehold.kernel.ChainFactor.Side;
import dev.freehold.kernel.x86.FloatChains;
import dev.freehold.kernel.x86.FloatChains.Ending;
import dev.freehold.kernel.x86.FloatChains.Field;
import java.lang.foreign.MemorySegment;

/// [Products] by emitted code: see [FloatChains].
///
/// Every product is seen as `c[i, l] = sum_j a(i, j) b(j, l)`. Its outputs are cut into strips of
/// rows and groups of columns by shape alone; each chunk is one worker's. A worker packs the rows
/// of its strip and, where the right factor is not packed for all of them at once, the columns of
/// its group, batch after batch of chains; every panel of columns then passes over all tiles of
/// rows in one call.
final class MachineProducts implements Products {
  private static final int ROWS = FloatChains.ROWS;
  private static final int COLUMNS = FloatChains.COLUMNS;

  /// Most tiles of rows of a strip.
  private static final int TILES = 16;

  /// Floats of the rows of a strip that are packed at once, which stay in the second cache.
  private static final int LEFT_FLOATS = 1 << 17;

  /// Columns of a group whose sums stay on stacks between batches.
  private static final int GROUP = 256;

  /// Columns of a group whose sums become outputs at once.
  private static final int WIDE_GROUP = 1024;

  /// Most floats of the right factor that are packed for all workers at once.
  private static final int SHARED_FLOATS = 1 << 20;

  /// Fewest strips for which that is worth it.
  private static final int SHARING_STRIPS = 4;

  /// Chunks that are enough to share.
  private static final int ENOUGH = 6;

  private static final ChainFactor NOTHING =
      ChainFactor.of(new Rows(new float[0], 0, 0), false, 0, Side.LEFT);

  private final WorkerPool pool;
  private final MachineFloats kernels = new MachineFloats();
  private final ChainScratch[] scratches;
  private final NativeFloats shared = new NativeFloats();
  private final NativeFloats table = new NativeFloats();
  private final WorkerPool.Job pack = this::packShared;
  private final WorkerPool.Job multiply = this::multiply;

  private ChainPlan plan = ChainPlan.backward(1);
  private ChainFactor left = NOTHING;
  private ChainFactor right = NOTHING;
  private ProductCut cut = ProductCut.of(1, 1);
  private MemorySegment out = MemorySegment.NULL;
  private long outAt;
  private long outStride;
  private Write write = Write.SET;
  private boolean isShared;

  /// First column and number of columns of the pass.
  private int first;

  private int count;

  MachineProducts(WorkerPool pool) {
    this.pool = pool;
    this.scratches = new ChainScratch[pool.size()];
    for (int i = 0; i < scratches.length; i++) {
      scratches[i] = new ChainScratch();
    }
  }

  /// Most bytes of memory that `threads` workers take where at most `most` indices are contracted
  /// and outputs are at most `widest` wide.
  static long mostBytes(int threads, long most, int widest) {
    long chains = Math.max(16, (most + BLOCK - 1) / BLOCK);
    long levels = 65 - Long.numberOfLeadingZeros(chains);
    long columns = widest + COLUMNS;
    long left = Math.max(LEFT_FLOATS, FloatChains.LEFT_FLOATS * most);
    long packed = left + Math.min(WIDE_GROUP, columns) * BLOCK;
    long sums = (long) TILES * (GROUP / COLUMNS) * levels * ROWS * COLUMNS;
    long shared = Math.max(COLUMNS * most, Math.min(SHARED_FLOATS, columns * most));
    return Float.BYTES * (shared + threads * (packed + sums)) + chains * FloatChains.CHAIN_BYTES;
  }

  @Override
  public long scratchBytes() {
    long bytes = shared.bytes() + table.bytes();
    for (ChainScratch scratch : scratches) {
      bytes += scratch.bytes();
    }
    return bytes;
  }

  @Override
  public void forward(ProductShape shape, Rows x, float[] w, Rows y) {
    plan = ChainPlan.forward(shape.k());
    left = ChainFactor.of(x, true, shape.m(), Side.LEFT);
    right = ChainFactor.of(new Rows(w, 0, shape.k()), true, shape.n(), Side.RIGHT);
    run(y, Write.SET);
  }

  @Override
  public void inputGradient(ProductShape shape, Rows dy, float[] w, Rows dx, Write newWrite) {
    plan = ChainPlan.backward(shape.n());
    left = ChainFactor.of(dy, true, shape.m(), Side.LEFT);
    right = ChainFactor.of(new Rows(w, 0, shape.k()), false, shape.k(), Side.RIGHT);
    run(dx, newWrite);
  }

  @Override
  public void weightGradient(ProductShape shape, Rows dy, Rows x, float[] dw, Write newWrite) {
    plan = ChainPlan.backward(shape.m());
    left = ChainFactor.of(dy, false, shape.n(), Side.LEFT);
    right = ChainFactor.of(x, false, shape.k(), Side.RIGHT);
    run(new Rows(dw, 0, shape.k()), newWrite);
  }

  private void run(Rows to, Write newWrite) {
    out = MemorySegment.ofArray(to.data());
    outAt = to.at(0);
    outStride = to.stride();
    write = newWrite;
    table.reserve(plan.tableBytes() / Float.BYTES);
    plan.write(table.memory());
    int length = plan.length();
    int tiles = plan.lanes() ? Math.clamp(LEFT_FLOATS / (16 * length), 1, TILES) : TILES;
    int strips = (left.outer() + tiles * ROWS - 1) / (tiles * ROWS);
    isShared =
        plan.lanes()
            || (strips >= SHARING_STRIPS
                && (long) right.panels() * COLUMNS * length <= SHARED_FLOATS);
    int most = isShared ? Math.max(1, SHARED_FLOATS / length / COLUMNS) * COLUMNS : right.outer();
    for (first = 0; first < right.outer(); first += most) {
      count = Math.min(most, right.outer() - first);
      cut = cut(left.outer(), tiles, count, plan.batches() == 1 ? WIDE_GROUP : GROUP);
      reserve();
      if (isShared) {
        shared.reserve((long) (count + COLUMNS - 1) / COLUMNS * COLUMNS * length);
        pool.run(pack, (count + COLUMNS - 1) / COLUMNS);
      }
      pool.run(multiply, cut.chunks());
    }
    left = NOTHING;
    right = NOTHING;
    out = MemorySegment.NULL;
  }

  private static ProductCut cut(int rows, int tiles, int columns, int mostColumns) {
    int group = mostColumns;
    int most = tiles;
    while (true) {
      ProductCut cut = cutTiles(rows, most, columns, group);
      if (cut.chunks() >= ENOUGH || (most == 1 && group == COLUMNS)) {
        return cut;
      }
      if (most > 8 || group == COLUMNS) {
        most = Math.max(1, most / 2);
      } else {
        group /= 2;
      }
    }
  }

  private static ProductCut cutTiles(int rows, int mostTiles, int columns, int group) {
    int all = (rows + ROWS - 1) / ROWS;
    int strips = (all + mostTiles - 1) / mostTiles;
    int stripRows = (all + strips - 1) / strips * ROWS;
    return new ProductCut(rows, stripRows, (rows + stripRows - 1) / stripRows, columns, group);
  }

  /// Contracted indices of the rows that a worker packs at once.
  private int leftLength() {
    return plan.lanes() ? plan.length() : plan.longestBatch();
  }

  private void reserve() {
    int tiles = cut.stripRows() / ROWS;
    int panels = cut.groupColumns() / COLUMNS;
    int stacks = plan.batches() == 1 ? 1 : tiles * panels;
    for (ChainScratch scratch : scratches) {
      scratch.left.reserve((long) tiles * leftLength() * FloatChains.LEFT_FLOATS);
      scratch.sums.reserve((long) stacks * plan.levels() * ROWS * COLUMNS);
      if (!isShared) {
        scratch.right.reserve((long) panels * COLUMNS * plan.longestBatch());
      }
    }
  }

  private void packShared(int panel, int worker) {
    Packing packing = new Packing(kernels, scratches[worker], plan, shared, plan.length());
    long target = (long) panel * plan.length() * COLUMNS * Float.BYTES;
    int at = first / COLUMNS + panel;
    right.pack(packing, at, at + 1, 0, plan.length(), target);
  }

  private void multiply(int chunk, int worker) {
    ChainScratch scratch = scratches[worker];
    int firstTile = cut.firstRow(chunk) / ROWS;
    int endTile = (cut.endRow(chunk) + ROWS - 1) / ROWS;
    int firstPanel = cut.firstColumn(chunk) / COLUMNS;
    int endPanel = (cut.endColumn(chunk) + COLUMNS - 1) / COLUMNS;
    for (int batch = 0; batch < plan.batches(); batch++) {
      int start = plan.batchStart(batch);
      int length = plan.batchLength(batch);
      if (!plan.lanes()) {
        Packing packing = new Packing(kernels, scratch, plan, scratch.left, length);
        left.pack(packing, firstTile, endTile, start, length, 0);
      } else if (batch == 0) {
        Packing packing = new Packing(kernels, scratch, plan, scratch.left, plan.length());
        left.pack(packing, firstTile, endTile, 0, plan.length(), 0);
      }
      if (!isShared) {
        Packing packing = new Packing(kernels, scratch, plan, scratch.right, length);
        int at = first / COLUMNS;
        right.pack(packing, at + firstPanel, at + endPanel, start, length, 0);
      }
      setBatch(scratch, batch);
      for (int panel = firstPanel; panel < endPanel; panel++) {
        multiplyPanel(scratch, chunk, batch, panel);
      }
    }
  }

  /// The fields that all panels of a batch have.
  private void setBatch(ChainScratch scratch, int batch) {
    int firstChain = plan.firstChain(batch);
    int end = batch + 1 == plan.batches() ? plan.chains() : plan.firstChain(batch + 1);
    int length = plan.lanes() ? plan.length() : plan.batchLength(batch);
    scratch.set(Field.A_STRIDE, (long) length * FloatChains.LEFT_FLOATS * Float.BYTES);
    scratch.set(Field.CHAINS, table.address() + (long) firstChain * FloatChains.CHAIN_BYTES);
    scratch.set(Field.COUNT, end - firstChain);
    scratch.set(Field.STACK_STRIDE, plan.batches() == 1 ? 0 : stackBytes());
    scratch.set(Field.OUT_STRIDE, outStride * Float.BYTES);
  }

  private long stackBytes() {
    return (long) plan.levels() * FloatChains.TILE_BYTES;
  }

  private void multiplyPanel(ChainScratch scratch, int chunk, int batch, int panel) {
    int start = plan.batchStart(batch);
    boolean ends = batch + 1 == plan.batches();
    Ending ending = !ends ? Ending.STACK : write == Write.ADD ? Ending.ADD : Ending.SET;
    int columns = Math.min(COLUMNS, cut.columns() - panel * COLUMNS);
    boolean masked = columns < COLUMNS;
    int rows = cut.endRow(chunk) - cut.firstRow(chunk);
    int tiles = rows / ROWS;
    int local = panel - cut.firstColumn(chunk) / COLUMNS;
    long a = scratch.left.address();
    long leftBytes = FloatChains.LEFT_FLOATS * (long) Float.BYTES;
    a += plan.lanes() ? start * leftBytes : 0;
    long rightBytes = COLUMNS * (long) Float.BYTES;
    long b =
        isShared
            ? shared.address() + ((long) panel * plan.length() + start) * rightBytes
            : scratch.right.address() + (long) local * plan.batchLength(batch) * rightBytes;
    int stripTiles = (rows + ROWS - 1) / ROWS;
    long stack = scratch.sums.address();
    stack += (long) ChainPlan.depth(plan.firstChain(batch)) * FloatChains.TILE_BYTES;
    stack += plan.batches() == 1 ? 0 : (long) local * stripTiles * stackBytes();
    long to = outAt + cut.firstRow(chunk) * outStride + first + (long) panel * COLUMNS;
    scratch.set(Field.B, b);
    scratch.set(Field.COLUMNS, (1L << columns) - 1);
    if (tiles > 0) {
      scratch.set(Field.A, a);
      scratch.set(Field.STACK, stack);
      scratch.set(Field.TILES, tiles);
      scratch.set(Field.OUT_OFFSET, to * Float.BYTES);
      kernels.multiply(ROWS, ending, masked, scratch.chainFields(), out);
    }
    if (tiles < stripTiles) {
      int length = plan.lanes() ? plan.length() : plan.batchLength(batch);
      scratch.set(Field.A, a + tiles * length * leftBytes);
      scratch.set(Field.STACK, stack + (plan.batches() == 1 ? 0 : tiles * stackBytes()));
      scratch.set(Field.TILES, 1);
      scratch.set(Field.OUT_OFFSET, (to + (long) tiles * ROWS * outStride) * Float.BYTES);
      kernels.multiply(rows - tiles * ROWS, ending, masked, scratch.chainFields(), out);
    }
  }
}
