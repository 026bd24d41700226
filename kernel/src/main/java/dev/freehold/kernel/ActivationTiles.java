package dev.freehold.kernel;

/// Int8 blocks of many tokens as float32 integers, transposed so that tokens are lanes.
///
/// A tile holds 64 tokens, the last one as many as there are, filled up with zeros to a multiple of
/// 16: its width. Within a tile the values are `[columns][width]`, the scales `[blocks][width]` and
/// the half sums `[blocks][2][width]`.
final class ActivationTiles implements WorkerPool.Job {
  static final int TOKENS = 64;
  private static final int GROUP = 16;

  private final int columns;
  private final int blocks;
  private float[] values = {};
  private float[] scales = {};
  private float[] halfSums = {};
  private Activations source;
  private int tokens;

  ActivationTiles(Activations source) {
    this.source = source;
    this.columns = source.columns();
    this.blocks = source.blocks();
  }

  /// Takes the rows of the source, whose int8 blocks are made.
  void fill(WorkerPool pool) {
    tokens = source.tokens();
    int groups = (tokens + GROUP - 1) / GROUP;
    int padded = groups * GROUP;
    if (scales.length < padded * blocks) {
      values = new float[Math.multiplyExact(padded, columns)];
      scales = new float[padded * blocks];
      halfSums = new float[padded * blocks * 2];
    }
    pool.run(this, groups);
  }

  int count() {
    return (tokens + TOKENS - 1) / TOKENS;
  }

  /// Tokens of a tile, the zeros that fill it up included.
  int width(int tile) {
    int left = tokens - tile * TOKENS;
    return left >= TOKENS ? TOKENS : (left + GROUP - 1) / GROUP * GROUP;
  }

  float[] values() {
    return values;
  }

  int valuesAt(int tile, int block) {
    return tile * TOKENS * columns + block * Activations.BLOCK * width(tile);
  }

  float[] scales() {
    return scales;
  }

  int scalesAt(int tile, int block) {
    return tile * TOKENS * blocks + block * width(tile);
  }

  float[] halfSums() {
    return halfSums;
  }

  int halfSumsAt(int tile, int block) {
    return 2 * scalesAt(tile, block);
  }

  /// Transposes 16 tokens.
  @Override
  public void run(int chunk, int worker) {
    int first = chunk * GROUP;
    int tile = first / TOKENS;
    int width = width(tile);
    int lane = first % TOKENS;
    int count = Math.min(GROUP, tokens - first);
    for (int b = 0; b < blocks; b++) {
      int at = valuesAt(tile, b) + lane;
      for (int k = 0; k < Activations.BLOCK; k++) {
        gather(
            source.integers(), first * columns + b * Activations.BLOCK + k, count, at + k * width);
      }
      int scaleAt = scalesAt(tile, b) + lane;
      int lowAt = halfSumsAt(tile, b) + lane;
      for (int t = 0; t < GROUP; t++) {
        int index = (first + t) * blocks + b;
        boolean real = t < count;
        scales[scaleAt + t] = real ? source.scales()[index] : 0;
        halfSums[lowAt + t] = real ? source.halfSums()[2 * index] : 0;
        halfSums[lowAt + width + t] = real ? source.halfSums()[2 * index + 1] : 0;
      }
    }
  }

  private void gather(byte[] integers, int from, int count, int to) {
    for (int t = 0; t < count; t++) {
      values[to + t] = integers[from + t * columns];
    }
    for (int t = count; t < GROUP; t++) {
      values[to + t] = 0;
    }
  }
}
