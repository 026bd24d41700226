package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowChunksTest {
  @ParameterizedTest
  @CsvSource({
    "1, 2048, 1024, 9216",
    "2, 2048, 1024, 9216",
    "3, 151936, 16, 6784",
    "7, 100, 5, 9000000",
    "16, 16, 3, 100",
    "2, 1, 1, 1"
  })
  void everyRowIsInOneChunkAndSharesAreAlike(int threads, int rows, int others, long bytes) {
    RowChunks.Weights first = new RowChunks.Weights(rows, bytes);
    RowChunks.Weights second = new RowChunks.Weights(others, 2 * bytes);
    RowChunks chunks = new RowChunks(threads, first, second);
    int[] bounds = chunks.bounds();
    assertThat(bounds).hasSize(threads + 1).isSorted();
    assertThat(bounds[0]).isZero();
    long[] shares = new long[threads];
    int[] next = {0, 0};
    for (int thread = 0; thread < threads; thread++) {
      for (int chunk = bounds[thread]; chunk < bounds[thread + 1]; chunk++) {
        int matrix = chunks.matrix(chunk);
        assertThat(chunks.from(chunk)).isEqualTo(next[matrix]).isLessThan(chunks.to(chunk));
        assertThat(chunks.from(chunk) % 16).isZero();
        next[matrix] = chunks.to(chunk);
        long groups = (chunks.to(chunk) - chunks.from(chunk) + 15) / 16;
        shares[thread] += groups * (matrix == 0 ? bytes : 2 * bytes);
      }
    }
    assertThat(next).containsExactly(rows, others);
    long even = (first.bytes() + second.bytes()) / threads;
    for (long share : shares) {
      assertThat(share).isBetween(even - 3 * bytes, even + 3 * bytes);
    }
  }
}
