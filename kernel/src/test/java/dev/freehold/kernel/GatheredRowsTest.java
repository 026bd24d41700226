package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows taken from others multiply as they would on their own, and weighted sums of rows keep their
/// order.
class GatheredRowsTest {
  private static final int COLUMNS = 256;
  private static final int ROWS = 40;

  private static Kernels open(Tier tier, int threads) {
    return Kernels.open(KernelOptions.defaults().withTier(tier).withThreads(threads));
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void productsAreThoseOfTheRows(Tier tier) {
    Rows all = RandomBlocks.rows(ROWS, COLUMNS, new Random(1));
    int[] taken = new Random(2).ints(60, 0, ROWS).toArray();
    try (Kernels kernels = open(tier, 3)) {
      Activations others = new Activations(ROWS, COLUMNS);
      Activations gathered = new Activations(taken.length, COLUMNS);
      others.set(all, ROWS);
      for (Dtype dtype : List.of(Dtype.Q4_0, Dtype.Q4_K, Dtype.F16)) {
        Tensor weights = RandomBlocks.tensor(dtype, 33, COLUMNS, new Random(3));
        Matrix matrix = kernels.bind(weights);
        Rows expected = Rows.allocate(ROWS, 33);
        matrix.multiply(others, expected);
        for (int count : new int[] {1, 2, 17, 50}) {
          gathered.gather(kernels, others, taken, 7, count, kernels.usesIntegers(dtype));
          assertThat(gathered.tokens()).isEqualTo(count);
          Rows got = Rows.allocate(count, 33);
          matrix.multiply(gathered, got);
          for (int t = 0; t < count * 33; t++) {
            float want = expected.data()[taken[7 + t / 33] * 33 + t % 33];
            assertThat(got.data()[t]).as("%s, %d of %d", dtype, t, count).isEqualTo(want);
          }
        }
      }
      assertThatThrownBy(() -> gathered.gather(kernels, others, taken, 50, 11, true))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("11 rows of 256 from 50 on");
      assertThatThrownBy(() -> gathered.gather(kernels, others, new int[] {ROWS}, 0, 1, true))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Tier.class)
  void ranksAreSummedInTheirOrder(Tier tier) {
    int n = 37;
    int ranks = 5;
    for (int tokens : new int[] {1, 3, 4, 13}) {
      Random random = new Random(tokens);
      Rows parts = new Rows(RandomBlocks.rows(tokens * ranks, 64, random).data(), 3, 41);
      Rows weights = new Rows(RandomBlocks.rows(tokens, 64, random).data(), 1, 7);
      int[] places = new int[tokens * ranks];
      for (int i = 0; i < places.length; i++) {
        places[i] = places.length - 1 - i;
      }
      Rows got = RandomBlocks.rows(tokens, 64, random);
      try (Kernels kernels = open(tier, 2)) {
        kernels.sumRanks(parts, places, weights, ranks, got, tokens, n);
      }
      for (int t = 0; t < tokens; t++) {
        for (int i = 0; i < n; i++) {
          float sum = 0;
          for (int rank = 0; rank < ranks; rank++) {
            float part = parts.data()[parts.at(places[t * ranks + rank]) + i];
            sum = Math.fma(part, weights.data()[weights.at(t) + rank], sum);
          }
          assertThat(got.data()[got.at(t) + i]).isEqualTo(sum);
        }
      }
    }
  }
}
