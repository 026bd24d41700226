package dev.freehold.kernel;

import dev.freehold.kernel.x86.FloatTile;
import dev.freehold.kernel.x86.FloatTile.Field;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Products of float weights with float32 activations by emitted code, read in place.
///
/// A worker takes 32 rows and up to 48 tokens, and of these a stretch of columns, whose weights and
/// activations stay in the caches. Order of summation: (a) of fh1.
final class MachineFloatMatrix implements Matrix, WorkerPool.Job {
  /// Takes plain float weights whose rows fill the lanes.
  record Kernel(MachineWorkers workers) implements MatrixKernel {
    @Override
    public String name() {
      return "machine-f32";
    }

    @Override
    public Optional<String> declines(Tensor weights, Kernels kernels) {
      if (kernels.usesIntegers(weights.dtype())) {
        return Optional.of("activations are int8");
      }
      if (stored(weights.dtype()).isEmpty()) {
        return Optional.of(weights.dtype() + " is not widened by machine code");
      }
      if (weights.columns() % FloatTile.LANES != 0) {
        return Optional.of("rows are not a multiple of 16 long");
      }
      if (!weights.data().isNative()) {
        return Optional.of("its bytes lie on the heap");
      }
      return MachineSupport.here().lacksFloats(kernels.options().instructions());
    }

    @Override
    public Matrix bind(Tensor weights, Kernels kernels) {
      return new MachineFloatMatrix(weights, kernels, this);
    }
  }

  private static final int ROWS = Panel.ROWS;
  private static final int LANES = FloatTile.LANES;

  /// Tokens whose lanes are kept.
  private static final int LANE_TOKENS = 8 * FloatTile.TOKENS;

  /// Columns whose activations of a tile stay in the first cache.
  private static final int COLUMNS = 512;

  private static final Activations NOTHING = IntegerMatrix.NOTHING;

  private final String kernel;
  private final Tensor weights;
  private final Kernels kernels;
  private final MachineWorkers workers;
  private final int rows;
  private final int columns;
  private final MachineKernels.Floats code;

  /// Of the rows that do not fill a tile.
  private final MachineKernels.Floats restCode;

  private final boolean[] seen;
  private Activations x = NOTHING;
  private MemorySegment xSegment = MemorySegment.NULL;
  private Rows y = NOTHING.values();

  private MachineFloatMatrix(Tensor weights, Kernels kernels, Kernel kernel) {
    this.kernel = kernel.name();
    this.workers = kernel.workers();
    this.weights = weights;
    this.kernels = kernels;
    this.rows = Math.toIntExact(weights.rows());
    this.columns = Math.toIntExact(weights.columns());
    if (weights.data().byteSize() < rows * weights.rowBytes()) {
      // Emitted code checks no bounds of its own.
      throw new KernelException(
          "%s: there are %d bytes of %d"
              .formatted(weights.name(), weights.data().byteSize(), rows * weights.rowBytes()));
    }
    this.seen = new boolean[(rows + ROWS - 1) / ROWS];
    FloatTile.Weights stored = stored(weights.dtype()).orElseThrow();
    this.code = new MachineKernels.Floats(FloatTile.ROWS, stored);
    int rest = rows % FloatTile.ROWS;
    this.restCode = rest == 0 ? code : new MachineKernels.Floats(rest, stored);
  }

  private static Optional<FloatTile.Weights> stored(Dtype dtype) {
    return switch (dtype) {
      case F32 -> Optional.of(FloatTile.Weights.F32);
      case F16 -> Optional.of(FloatTile.Weights.F16);
      case BF16 -> Optional.of(FloatTile.Weights.BF16);
      default -> Optional.empty();
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
    return weights.dtype();
  }

  @Override
  public String kernel() {
    return kernel;
  }

  @Override
  public void multiply(Activations newX, Rows newY) {
    if (newX.columns() != columns) {
      throw new KernelException(
          "%d columns are multiplied with rows of %d".formatted(columns, newX.columns()));
    }
    newX.values().check("activations", newX.tokens(), columns);
    x = newX;
    xSegment = x.valuesSegment();
    y = newY;
    for (MachineScratch scratch : workers.scratches()) {
      scratch.reserveLanes(Math.min(x.tokens(), LANE_TOKENS) * ROWS * LANES);
    }
    kernels.pool().run(this, (rows + ROWS - 1) / ROWS);
    x = NOTHING;
    xSegment = MemorySegment.NULL;
    y = NOTHING.values();
  }

  @Override
  public void run(int chunk, int worker) {
    MachineScratch scratch = workers.scratches()[worker];
    int from = chunk * ROWS;
    int count = Math.min(ROWS, rows - from);
    touch(workers.vectors().scratch(worker), chunk, from, count);
    for (int first = 0; first < x.tokens(); first += LANE_TOKENS) {
      int tokens = Math.min(LANE_TOKENS, x.tokens() - first);
      int stretch = tokens <= FloatTile.TOKENS ? columns : COLUMNS;
      for (int column = 0; column < columns; column += stretch) {
        int steps = Math.min(stretch, columns - column) / LANES;
        for (int t = 0; t < tokens; t += FloatTile.TOKENS) {
          int size = Math.min(FloatTile.TOKENS, tokens - t);
          select(scratch, column, steps, x.values().at(first + t), t);
          multiply(scratch, from, count, column, size);
        }
      }
      for (int t = 0; t < tokens; t++) {
        int to = y.at(first + t) + from;
        workers.vectors().floats().join(scratch.lanes, t * ROWS * LANES, y.data(), to, count);
      }
    }
  }

  /// See [MachineMatrix]: pages are met in Java first.
  private void touch(MatrixScratch scratch, int chunk, int from, int count) {
    scratch.touch(weights.data(), weights.data().byteSize() - 1, weights.data().byteSize());
    if (!seen[chunk]) {
      long rowBytes = weights.rowBytes();
      scratch.touch(weights.data(), from * rowBytes, (from + count) * rowBytes);
      seen[chunk] = true;
    }
  }

  private void select(MachineScratch scratch, int column, int steps, int xAt, int token) {
    scratch.set(Field.STEPS, steps);
    scratch.set(Field.ROW_BYTES, weights.rowBytes());
    scratch.set(Field.X_OFFSET, 4L * (xAt + column));
    scratch.set(Field.X_STRIDE, 4L * x.values().stride());
    scratch.set(Field.LANES_OFFSET, 4L * token * ROWS * LANES);
    scratch.set(Field.LANES_STRIDE, 4L * ROWS * LANES);
    scratch.set(Field.CONTINUED, column);
  }

  private void multiply(MachineScratch scratch, int from, int count, int column, int tokens) {
    long at =
        weights.data().address() + from * weights.rowBytes() + weights.dtype().byteSize(column);
    int whole = count / FloatTile.ROWS;
    if (whole > 0) {
      scratch.set(Field.GROUPS, whole);
      code.multiply(tokens, at, xSegment, scratch.lanesSegment, scratch.floatFields());
    }
    int done = whole * FloatTile.ROWS;
    if (done < count) {
      scratch.set(Field.GROUPS, 1);
      scratch.add(Field.LANES_OFFSET, 4L * done * LANES);
      long rest = at + done * weights.rowBytes();
      restCode.multiply(tokens, rest, xSegment, scratch.lanesSegment, scratch.floatFields());
    }
  }
}
