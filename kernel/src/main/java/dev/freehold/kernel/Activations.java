package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Tile;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// The rows that matrices are multiplied with: float32 values, and their int8 blocks, made once on
/// demand and shared by all matrices that read the same rows.
///
/// Int8 blocks, by (c) of fh1: 32 consecutive values share `scale = amax / 127` in float32; `q =
/// round half even(x * (127 / amax))`, clamped to ±127; a block whose amax is below 2^-100 is all
/// zero. The sums of each half block of 16 are kept for dtypes with minimums.
public final class Activations {
  static final int BLOCK = 32;
  private static final int ROWS_PER_CHUNK = 4;
  private static final int GATHERED_ROWS = 16;
  private static final int[] NO_ROWS = {};
  static final float SMALLEST_AMAX = 0x1p-100f;

  private final int maxTokens;
  private final int columns;
  private final Int8Blocks int8;
  private final ActivationStarts starts;
  private final ActivationTiles tiles;
  private final WorkerPool.Job quantizeRows = this::quantizeRows;
  private final WorkerPool.Job gatherRows = this::gatherRows;
  private float[] floats = {};
  private float[] sums = {};
  private int[] pairs = {};
  private int[] pairStarts = {};
  private Rows values;
  private int tokens;
  private boolean quantized;
  private boolean hasFloats;
  private boolean hasPairs;
  private boolean hasTiles;
  private RowOps ops = new ReferenceRows();

  /// Where gathered float32 rows go, made when there are some.
  private Rows gathered = new Rows(new float[0], 0, 0);

  private Activations source = this;
  private int[] sourceRows = NO_ROWS;
  private int firstSourceRow;

  /// @param maxTokens rows at most
  /// @param columns length K of a row
  public Activations(int maxTokens, int columns) {
    this.maxTokens = maxTokens;
    this.columns = columns;
    Rows.requireArray(maxTokens, columns);
    this.int8 = new Int8Blocks(0);
    this.starts = new ActivationStarts(int8);
    this.values = new Rows(new float[0], 0, 0);
    this.tiles = new ActivationTiles(this);
  }

  /// Takes `count` rows to be multiplied; they are read where they are, so they must stay as they
  /// are until the last product with them.
  public void set(Rows rows, int count) {
    if (count > maxTokens) {
      throw new KernelException("activations: room for " + maxTokens + " rows, got " + count);
    }
    reserve(count);
    values = rows;
    tokens = count;
    quantized = false;
    hasFloats = false;
    hasPairs = false;
    hasTiles = false;
    starts.clear();
  }

  private void reserve(int count) {
    int blocks = count * blocks();
    if (blocks > int8.count()) {
      int room = Math.min(maxTokens, Math.max(count, 2 * (int8.count() / blocks())));
      int8.reserve(room * blocks());
    }
  }

  /// Takes `count` rows of others: those that `rows` names from index `first` on.
  ///
  /// @param integers whether the rows are multiplied as int8, which the others make once however
  ///   often they are taken; else as float32
  public void gather(
      Kernels kernels, Activations others, int[] rows, int first, int count, boolean integers) {
    if (others.columns != columns || first < 0 || first + count > rows.length) {
      throw new KernelException(
          "activations: %d rows of %d from %d on, of %d rows of %d"
              .formatted(count, columns, first, rows.length, others.columns));
    }
    if (!integers && gathered.data().length == 0) {
      gathered = Rows.allocate(maxTokens, columns);
    }
    set(gathered, count);
    if (integers) {
      others.quantize(kernels);
      quantized = true;
    }
    source = others;
    sourceRows = rows;
    firstSourceRow = first;
    kernels.pool().run(gatherRows, (count + GATHERED_ROWS - 1) / GATHERED_ROWS);
    source = this;
  }

  private void gatherRows(int chunk, int worker) {
    int to = Math.min(tokens, (chunk + 1) * GATHERED_ROWS);
    for (int t = chunk * GATHERED_ROWS; t < to; t++) {
      int row = Objects.checkIndex(sourceRows[firstSourceRow + t], source.tokens);
      if (quantized) {
        int blocks = blocks();
        int length = blocks * BLOCK;
        System.arraycopy(source.integers(), row * length, integers(), t * length, length);
        System.arraycopy(source.scales(), row * blocks, scales(), t * blocks, blocks);
        System.arraycopy(
            source.halfSums(), row * 2 * blocks, halfSums(), t * 2 * blocks, 2 * blocks);
      } else {
        System.arraycopy(
            source.values.data(), source.values.at(row), values.data(), values.at(t), columns);
      }
    }
  }

  public int tokens() {
    return tokens;
  }

  public int columns() {
    return columns;
  }

  public Rows values() {
    return values;
  }

  /// The array of [#values] for emitted code.
  MemorySegment valuesSegment() {
    return values.segment();
  }

  /// Integers of row t, from t * blocks() * 32 on.
  byte[] integers() {
    return int8.integers();
  }

  /// Scales of row t, from t * blocks() on.
  float[] scales() {
    return int8.scales();
  }

  /// Sums of 16 integers each, from t * blocks() * 2 on.
  short[] halfSums() {
    return int8.halfSums();
  }

  /// [#integers] for emitted code.
  MemorySegment integersSegment() {
    return int8.integersSegment();
  }

  /// [#scales] for emitted code.
  MemorySegment scalesSegment() {
    return int8.scalesSegment();
  }

  /// Where emitted code begins its sums of products with weights to which `offset` was added.
  MemorySegment starts(Int8Tile.Ending ending, int offset) {
    int count = tokens * blocks();
    return switch (ending) {
      case OFFSET -> starts.whole(-offset, count);
      case MINIMUM -> starts.sums(count);
      case HALVES -> starts.halves(-offset, count);
    };
  }

  int blocks() {
    return columns / BLOCK;
  }

  /// Makes the int8 blocks if these rows have none yet.
  void quantize(Kernels kernels) {
    if (!quantized) {
      ops = kernels.rowOps();
      kernels.pool().run(quantizeRows, (tokens + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK);
      quantized = true;
    }
  }

  private void quantizeRows(int chunk, int worker) {
    int to = Math.min(tokens, (chunk + 1) * ROWS_PER_CHUNK);
    ops.quantize(values, chunk * ROWS_PER_CHUNK, to, columns, int8);
  }

  /// Turns the int8 blocks of a few rows into float32 integers, if that was not done yet.
  void makeFloats() {
    if (!hasFloats) {
      int count = tokens * columns;
      if (floats.length < count) {
        floats = new float[count];
        sums = new float[count / BLOCK];
      }
      byte[] integers = int8.integers();
      for (int i = 0; i < count; i++) {
        floats[i] = integers[i];
      }
      short[] halfSums = int8.halfSums();
      for (int b = 0; b < count / BLOCK; b++) {
        sums[b] = halfSums[2 * b] + halfSums[2 * b + 1];
      }
      hasFloats = true;
    }
  }

  /// Packs the int8 blocks of a few rows as pairs of 16-bit integers, if that was not done yet.
  void makePairs() {
    if (!hasPairs) {
      int count = tokens * columns;
      if (pairs.length < count / 2) {
        pairs = new int[count / 2];
        pairStarts = new int[count / 16];
      }
      for (int i = 0; i < count; i += 8) {
        pairs[i / 2] = pair(i);
        pairs[i / 2 + 1] = pair(i + 4);
        pairs[i / 2 + 2] = pair(i + 1);
        pairs[i / 2 + 3] = pair(i + 5);
      }
      for (int i = 0; i < count; i += 16) {
        int low = 0;
        int high = 0;
        for (int p = i / 2; p < i / 2 + 8; p++) {
          low += (short) pairs[p];
          high += pairs[p] >> 16;
        }
        pairStarts[i / 16] = -32 * low & 0xffff | -32 * high << 16;
      }
      hasPairs = true;
    }
  }

  private int pair(int i) {
    byte[] integers = int8.integers();
    return integers[i] & 0xffff | integers[i + 2] << 16;
  }

  /// Pairs of columns (0, 2), (4, 6), (1, 3) and (5, 7) of each eight columns, the first in the low
  /// half, after [#makePairs]; those of row t from t * columns() / 2 on.
  int[] pairs() {
    return pairs;
  }

  /// -32 times the sums of the pairs of each 16 columns, each half modulo 2^16, after [#makePairs]:
  /// where sums of products begin whose weights are stored with 32 added.
  int[] pairStarts() {
    return pairStarts;
  }

  /// Sums of 32 integers each, from t * blocks() on, after [#makeFloats].
  float[] sums() {
    return sums;
  }

  /// Integers as float32 of row t, from t * columns() on, after [#makeFloats].
  float[] floats() {
    return floats;
  }

  /// The int8 blocks with tokens as lanes, made if these rows have none yet.
  ActivationTiles tiles(WorkerPool pool) {
    if (!hasTiles) {
      tiles.fill(pool);
      hasTiles = true;
    }
    return tiles;
  }
}
