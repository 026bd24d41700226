package dev.freehold.kernel;

/// The rows that matrices are multiplied with: float32 values, and their int8 blocks, made once on
/// demand and shared by all matrices that read the same rows.
///
/// Int8 blocks, by (c) of fh1: 32 consecutive values share `scale = amax / 127` in float32; `q =
/// round half even(x * (127 / amax))`, clamped to ±127; a block whose amax is below 2^-100 is all
/// zero. The sums of each half block of 16 are kept for dtypes with minimums.
public final class Activations {
  static final int BLOCK = 32;
  static final float SMALLEST_AMAX = 0x1p-100f;

  private final int maxTokens;
  private final int columns;
  private final byte[] integers;
  private final float[] scales;
  private final short[] halfSums;
  private Rows values;
  private int tokens;
  private boolean quantized;

  /// @param maxTokens rows at most
  /// @param columns length K of a row
  public Activations(int maxTokens, int columns) {
    this.maxTokens = maxTokens;
    this.columns = columns;
    int blocks = Math.multiplyExact(maxTokens, columns / BLOCK);
    this.integers = new byte[Math.multiplyExact(blocks, BLOCK)];
    this.scales = new float[blocks];
    this.halfSums = new short[Math.multiplyExact(blocks, 2)];
    this.values = new Rows(new float[0], 0, 0);
  }

  /// Takes `count` rows to be multiplied; they are read where they are, so they must stay as they
  /// are until the last product with them.
  public void set(Rows rows, int count) {
    if (count > maxTokens) {
      throw new KernelException("activations: room for " + maxTokens + " rows, got " + count);
    }
    values = rows;
    tokens = count;
    quantized = false;
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

  /// Integers of row t, from t * blocks() * 32 on.
  byte[] integers() {
    return integers;
  }

  /// Scales of row t, from t * blocks() on.
  float[] scales() {
    return scales;
  }

  /// Sums of 16 integers each, from t * blocks() * 2 on.
  short[] halfSums() {
    return halfSums;
  }

  int blocks() {
    return columns / BLOCK;
  }

  /// Makes the int8 blocks if these rows have none yet.
  void quantize(RowOps ops) {
    if (!quantized) {
      for (int t = 0; t < tokens; t++) {
        ops.quantize(
            values.data(), values.at(t), columns, integers, scales, halfSums, t * blocks());
      }
      quantized = true;
    }
  }
}
