package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Row;
import dev.freehold.kernel.x86.Int8Tile;
import dev.freehold.kernel.x86.Int8Tile.Field;
import dev.freehold.kernel.x86.Int8Unpack;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Products of the interleaved rows of a prepared file with int8 activations, by emitted code.
///
/// A worker takes two groups of 16 rows. Stretch by stretch it unpacks their weights and scales
/// into memory that stays in the first cache, and multiplies them with all tokens, six at a time.
/// For one or two tokens it takes four groups and multiplies them straight from the file. Order of
/// summation: (c) of fh1.
final class MachineMatrix implements Matrix, WorkerPool.Job {
  /// Takes the matrices that the prepared file holds.
  record Kernel(VectorMatrices vectors, MachineScratch[] scratches, Optional<PreparedFile> file)
      implements MatrixKernel {
    static Kernel of(VectorMatrices vectors, int workers, Optional<PreparedFile> file) {
      MachineScratch[] scratches = new MachineScratch[workers];
      for (int i = 0; i < workers; i++) {
        scratches[i] = new MachineScratch(Arena.ofAuto());
      }
      return new Kernel(vectors, scratches, file);
    }

    @Override
    public String name() {
      return "machine-int8-prepared";
    }

    @Override
    public Optional<String> declines(Tensor weights, Kernels kernels) {
      // In this order, so that a process without prepared files never probes for machine code.
      return PreparedWeights.declines(weights, kernels, file)
          .or(() -> MachineSupport.here().declines(kernels.options().instructions()));
    }

    @Override
    public Matrix bind(Tensor weights, Kernels kernels) {
      return new MachineMatrix(
          this, weights, file.orElseThrow().find(weights).orElseThrow(), kernels);
    }
  }

  private static final int ROWS = PreparedLayout.ROWS;
  private static final int TILE_ROWS = Int8Tile.GROUPS * ROWS;

  /// Most tokens that are multiplied one by one: weights that were read for the first stay in the
  /// second cache for the second.
  private static final int FEW = 2;

  private static final int BLOCKS = MachineScratch.BLOCKS;
  private static final Activations NOTHING = IntegerMatrix.NOTHING;

  private final Kernel kernel;
  private final Kernels kernels;
  private final Dtype dtype;
  private final int rows;
  private final int columns;
  private final int blocks;
  private final PreparedLayout layout;
  private final MemorySegment data;
  private final long groupBytes;
  private final MachineKernels.Int8 code;

  /// Chunks whose pages were read once.
  private final boolean[] seen;

  private Activations x = NOTHING;
  private MemorySegment starts = MemorySegment.NULL;
  private Rows y = NOTHING.values();
  private int firstToken;
  private int tokens;
  private boolean few;

  private MachineMatrix(Kernel kernel, Tensor weights, MemorySegment data, Kernels kernels) {
    this.kernel = kernel;
    this.kernels = kernels;
    this.data = data;
    this.dtype = weights.dtype();
    this.rows = Math.toIntExact(weights.rows());
    this.columns = Math.toIntExact(weights.columns());
    this.blocks = columns / Activations.BLOCK;
    this.layout = PreparedLayout.of(dtype).orElseThrow();
    this.groupBytes = layout.groupBytes(blocks);
    if (data.byteSize() < layout.byteSize(rows, columns)) {
      // Emitted code checks no bounds of its own.
      throw new KernelException(
          "%s: %d bytes are prepared of %d"
              .formatted(weights.name(), data.byteSize(), layout.byteSize(rows, columns)));
    }
    this.seen = new boolean[(rows + TILE_ROWS - 1) / TILE_ROWS];
    InstructionSet instructions =
        MachineSupport.here().best(kernels.options().instructions()).orElseThrow();
    this.code = new MachineKernels.Int8(MachineKernels.all(), instructions, unpacked(layout));
  }

  private static Int8Unpack.Layout unpacked(PreparedLayout layout) {
    return switch (layout) {
      case Q8_0 -> Int8Unpack.Layout.Q8_0;
      case Q4_0 -> Int8Unpack.Layout.Q4_0;
      case Q4_K -> Int8Unpack.Layout.Q4_K;
      case Q6_K -> Int8Unpack.Layout.Q6_K;
    };
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
    return kernel.name();
  }

  @Override
  public void multiply(Activations newX, Rows newY) {
    if (newX.columns() != columns) {
      throw new KernelException(
          "%d columns are multiplied with rows of %d".formatted(columns, newX.columns()));
    }
    x = newX;
    y = newY;
    x.quantize(kernels);
    starts =
        switch (layout) {
          case Q8_0 -> x.starts(-128);
          case Q4_0 -> x.starts(-8);
          case Q4_K -> x.sumsSegment();
          case Q6_K -> x.halfStarts(-32);
        };
    for (MachineScratch scratch : kernel.scratches) {
      scratch.reserve(x.tokens());
    }
    few = x.tokens() <= FEW;
    int chunks = (rows + chunkRows() - 1) / chunkRows();
    for (int from = 0; from < x.tokens(); from += MachineScratch.TOKENS) {
      firstToken = from;
      tokens = Math.min(MachineScratch.TOKENS, x.tokens() - from);
      kernels.pool().run(this, chunks);
    }
    x = NOTHING;
    y = NOTHING.values();
    starts = MemorySegment.NULL;
  }

  /// For few tokens a chunk is some hundred kilobytes of weights, unless there would be few chunks.
  private int chunkRows() {
    return few ? Int8Row.GROUPS * ROWS * Math.clamp(rows / 1024, 1, 8) : TILE_ROWS;
  }

  /// Meets in Java, where it is an error, what would end the process in emitted code: a page that
  /// cannot be read. A file that was cut short lacks its end, so that the last byte of the matrix
  /// is read each time; every page is read once, since a disk may fail.
  private void touch(MatrixScratch scratch, int row, long from, long to) {
    scratch.touch(data, data.byteSize() - 1, data.byteSize());
    int first = row / TILE_ROWS;
    if (!seen[first]) {
      scratch.touch(data, from, to);
      seen[first] = true;
    }
  }

  @Override
  public void run(int chunk, int worker) {
    MachineScratch scratch = kernel.scratches[worker];
    int row = chunk * chunkRows();
    int count = Math.min(chunkRows(), rows - row);
    int groups = (count + ROWS - 1) / ROWS;
    long first = row / ROWS * groupBytes;
    touch(kernel.vectors.scratch(worker), row, first, first + groups * groupBytes);
    if (few) {
      multiplyRows(scratch, row, count);
      return;
    }
    for (int block = 0; block < blocks; block += BLOCKS) {
      multiplyStretch(scratch, data.address() + first, groups, block);
    }
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(scratch.sums, t * TILE_ROWS, y.data(), y.at(firstToken + t) + row, count);
    }
  }

  private void multiplyRows(MachineScratch scratch, int firstRow, int count) {
    int width = Int8Row.GROUPS * ROWS;
    for (int row = firstRow; row < firstRow + count; row += width) {
      int some = Math.min(width, firstRow + count - row);
      long weights = data.address() + row / ROWS * groupBytes;
      for (int t = 0; t < tokens; t++) {
        multiplyRow(scratch, weights, (some + ROWS - 1) / ROWS, t);
        System.arraycopy(scratch.sums, 0, y.data(), y.at(t) + row, some);
      }
    }
  }

  private void multiplyRow(MachineScratch scratch, long weights, int groups, int token) {
    long index = (long) token * blocks;
    scratch.set(Int8Row.Field.BLOCKS, blocks);
    scratch.set(Int8Row.Field.GROUP_STRIDE, groupBytes);
    scratch.set(Int8Row.Field.BITS_OFFSET, layout.bitsAt(blocks));
    scratch.set(Int8Row.Field.HIGH_BITS_OFFSET, layout.highBitsAt(blocks));
    scratch.set(Int8Row.Field.X_OFFSET, index * Activations.BLOCK);
    scratch.set(Int8Row.Field.X_SCALES_OFFSET, index * 4);
    scratch.set(Int8Row.Field.STARTS_OFFSET, index * startBytes());
    scratch.set(Int8Row.Field.OUT_OFFSET, 0);
    code.multiplyRow(
        groups,
        weights,
        x.integersSegment(),
        x.scalesSegment(),
        starts,
        scratch.sumsSegment,
        scratch.rowFields());
  }

  private int startBytes() {
    return layout == PreparedLayout.Q6_K ? 8 : 4;
  }

  private void multiplyStretch(MachineScratch scratch, long first, int groups, int block) {
    int count = Math.min(BLOCKS, blocks - block);
    long bitsAt = layout.bitsAt(blocks) + (long) layout.bitBytes() * block;
    for (int g = 0; g < groups; g++) {
      long group = first + g * groupBytes;
      code.unpack(
          group + bitsAt,
          group + layout.scalesAt(block),
          group + layout.highBitsAt(blocks) + layout.highBitBytes() * (long) block,
          scratch.bitsOf(g),
          scratch.scalesOf(g),
          count);
    }
    boolean inPlace = layout == PreparedLayout.Q8_0;
    long bits = inPlace ? first + bitsAt : scratch.bitsOf(0);
    scratch.set(Field.GROUP_STRIDE, inPlace ? groupBytes : scratch.bitsOf(1) - scratch.bitsOf(0));
    scratch.set(Field.BLOCKS, count);
    scratch.set(Field.CONTINUED, block);
    scratch.set(Field.X_STRIDE, columns);
    scratch.set(Field.X_SCALES_STRIDE, blocks * 4L);
    scratch.set(Field.STARTS_STRIDE, (long) blocks * startBytes());
    int tiles = tokens / Int8Tile.TOKENS;
    int rest = tokens % Int8Tile.TOKENS;
    if (tiles > 0) {
      multiplyTiles(scratch, groups, Int8Tile.TOKENS, tiles, 0, block, bits);
    }
    if (rest > 0) {
      multiplyTiles(scratch, groups, rest, 1, tokens - rest, block, bits);
    }
  }

  private void multiplyTiles(
      MachineScratch scratch, int groups, int size, int tiles, int token, int block, long bits) {
    long index = (long) (firstToken + token) * blocks + block;
    scratch.set(Field.X_OFFSET, index * Activations.BLOCK);
    scratch.set(Field.X_SCALES_OFFSET, index * 4);
    scratch.set(Field.STARTS_OFFSET, index * startBytes());
    scratch.set(Field.OUT_OFFSET, (long) token * TILE_ROWS * 4);
    scratch.set(Field.TILES, tiles);
    code.multiply(
        groups,
        size,
        bits,
        x.integersSegment(),
        x.scalesSegment(),
        starts,
        scratch.sumsSegment,
        scratch.fields());
  }
}
