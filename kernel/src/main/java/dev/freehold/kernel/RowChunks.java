package dev.freehold.kernel;

import java.util.Arrays;

/// How the rows of matrices that are multiplied with the same few tokens are cut into chunks: each
/// thread's share is as many bytes, and one piece of memory where it can be, since a processor
/// foresees what follows. Chunks become smaller towards a share's end, where others help.
final class RowChunks {
  private static final int ROWS = MachineWeights.ROWS;

  /// Bytes of weights of a chunk.
  private static final long SMALLEST = 48 << 10;

  private static final long LARGEST = 512 << 10;

  /// A matrix of so many rows, and bytes of 16 of them.
  record Weights(int rows, long groupBytes) {
    int groups() {
      return (rows + ROWS - 1) / ROWS;
    }

    long bytes() {
      return groups() * groupBytes;
    }
  }

  private int[] matrix = new int[16];
  private int[] from = new int[16];
  private int[] to = new int[16];
  private int count;
  private final int[] bounds;

  RowChunks(int threads, Weights... matrices) {
    bounds = new int[threads + 1];
    long all = Arrays.stream(matrices).mapToLong(Weights::bytes).sum();
    long taken = 0;
    int thread = 0;
    for (int m = 0; m < matrices.length; m++) {
      Weights weights = matrices[m];
      int groups = weights.groups();
      for (int group = 0; group < groups; ) {
        long end = all * (thread + 1) / threads;
        while (taken + weights.groupBytes / 2 >= end && thread < threads - 1) {
          bounds[++thread] = count;
          end = all * (thread + 1) / threads;
        }
        int some = chunk(end - taken, weights.groupBytes, groups - group);
        add(m, group * ROWS, Math.min(weights.rows, (group + some) * ROWS));
        group += some;
        taken += some * weights.groupBytes;
      }
    }
    while (thread < threads) {
      bounds[++thread] = count;
    }
  }

  /// Groups of the next chunk of a share that has so many bytes left.
  private static int chunk(long left, long groupBytes, int groups) {
    long least = Math.clamp(SMALLEST / groupBytes, 1, 64);
    long most = Math.clamp(LARGEST / groupBytes, least, 1024);
    long rest = Math.max(1, (left + groupBytes / 2) / groupBytes);
    long some = Math.clamp(rest / 3, least, most);
    return (int) Math.min(groups, Math.min(rest, some));
  }

  private void add(int m, int first, int end) {
    if (count == matrix.length) {
      matrix = Arrays.copyOf(matrix, 2 * count);
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
    }
    matrix[count] = m;
    from[count] = first;
    to[count] = end;
    count++;
  }

  /// Where each thread's chunks begin, and where the last one's end.
  int[] bounds() {
    return bounds;
  }

  int matrix(int chunk) {
    return matrix[chunk];
  }

  int from(int chunk) {
    return from[chunk];
  }

  int to(int chunk) {
    return to[chunk];
  }
}
