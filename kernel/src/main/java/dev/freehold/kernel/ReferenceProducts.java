package dev.freehold.kernel;

import java.util.Arrays;

/// [Products] in plain loops: the definition.
final class ReferenceProducts implements Products {
  private static final int LANES = 16;

  private final WorkerPool pool;

  ReferenceProducts(WorkerPool pool) {
    this.pool = pool;
  }

  /// Joins `count` sums pairwise, neighbours first, level by level, in place; returns the whole.
  static float joinPairs(float[] sums, int count) {
    for (int left = count; left > 1; left = (left + 1) / 2) {
      for (int i = 0; i < left / 2; i++) {
        sums[i] = sums[2 * i] + sums[2 * i + 1];
      }
      if (left % 2 == 1) {
        sums[left / 2] = sums[left - 1];
      }
    }
    return sums[0];
  }

  @Override
  public long scratchBytes() {
    return 0;
  }

  @Override
  public void forward(ProductShape shape, Rows x, float[] w, Rows y) {
    pool.run(
        (m, worker) -> {
          float[] lanes = new float[LANES];
          for (int n = 0; n < shape.n(); n++) {
            Arrays.fill(lanes, 0);
            for (int k = 0; k < shape.k(); k++) {
              lanes[k % LANES] =
                  Math.fma(x.data()[x.at(m) + k], w[n * shape.k() + k], lanes[k % LANES]);
            }
            y.data()[y.at(m) + n] = ReferenceRows.joinLanes(lanes);
          }
        },
        shape.m());
  }

  @Override
  public void inputGradient(ProductShape shape, Rows dy, float[] w, Rows dx, Write write) {
    pool.run(
        (m, worker) -> {
          for (int k = 0; k < shape.k(); k++) {
            float sum = chains(dy.data(), dy.at(m), 1, w, k, shape.k(), shape.n());
            put(dx.data(), dx.at(m) + k, sum, write);
          }
        },
        shape.m());
  }

  @Override
  public void weightGradient(ProductShape shape, Rows dy, Rows x, float[] dw, Write write) {
    pool.run(
        (n, worker) -> {
          for (int k = 0; k < shape.k(); k++) {
            float sum =
                chains(
                    dy.data(),
                    dy.at(0) + n,
                    dy.stride(),
                    x.data(),
                    x.at(0) + k,
                    x.stride(),
                    shape.m());
            put(dw, n * shape.k() + k, sum, write);
          }
        },
        shape.n());
  }

  /// The sum of `a[aAt + j aStep] b[bAt + j bStep]` in the order of rule 14.
  private static float chains(
      float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, int count) {
    float[] sums = new float[(count + BLOCK - 1) / BLOCK];
    for (int block = 0; block < sums.length; block++) {
      float chain = 0;
      for (int j = block * BLOCK; j < Math.min(count, (block + 1) * BLOCK); j++) {
        chain = Math.fma(a[aAt + j * aStep], b[bAt + j * bStep], chain);
      }
      sums[block] = chain;
    }
    return joinPairs(sums, sums.length);
  }

  private static void put(float[] to, int at, float value, Write write) {
    to[at] = write == Write.ADD ? to[at] + value : value;
  }
}
