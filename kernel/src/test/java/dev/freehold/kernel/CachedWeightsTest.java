package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.x86.Int8Stream;
import dev.freehold.kernel.x86.Int8Unpack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  @ParameterizedTest
  @EnumSource(Int8Unpack.Layout.class)
  void whatIsReadPastTheCacheDiffersByHowLinesAreDrawnAlone(Int8Unpack.Layout layout) {
    byte[] staying = Int8Stream.emit(1, layout, false);
    byte[] passing = Int8Stream.emit(1, layout, true);

    assertThat(passing).hasSameSizeAs(staying);
    int drawn = 0;
    for (int i = 0; i < staying.length; i++) {
      if (passing[i] != staying[i]) {
        // 0f 18 /1 is prefetcht0, 0f 18 /0 is prefetchnta; with or without a prefix before them.
        assertThat(staying[i - 2]).isEqualTo((byte) 0x0f);
        assertThat(staying[i - 1]).isEqualTo((byte) 0x18);
        assertThat(staying[i] - passing[i]).isEqualTo(1 << 3);
        drawn++;
      }
    }
    assertThat(drawn).isPositive();
  }
}
