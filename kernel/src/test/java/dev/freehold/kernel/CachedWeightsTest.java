package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Which weights are to stay in a cache.
class CachedWeightsTest {
  @Test
  void theFirstThatFitIntoThreeEighthsStay() {
    CachedWeights cached = new CachedWeights(8000, 100_000);

    assertThat(cached.take(2000)).isTrue();
    assertThat(cached.take(1001)).isFalse();
    assertThat(cached.take(900)).isTrue();
    assertThat(cached.take(101)).isFalse();
    assertThat(cached.take(100)).isTrue();
    assertThat(cached.take(1)).isFalse();
  }

  @Test
  void allStayWhereTheyFitTogether() {
    CachedWeights cached = new CachedWeights(8000, 8000);

    assertThat(cached.take(5000)).isTrue();
    assertThat(cached.take(3000)).isTrue();
  }

  @Test
  void allStayWhereTheCacheIsNotKnown() {
    assertThat(new CachedWeights(0, 1L << 40).take(1L << 39)).isTrue();
  }
}
