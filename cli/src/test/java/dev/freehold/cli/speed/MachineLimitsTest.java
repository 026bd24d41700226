package dev.freehold.cli.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freehold.cli.speed.Limit.Share;
import dev.freehold.cli.speed.MachineLimits.Stretch;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Which limits bound a test, what they are over several stretches, and the shares of them.
class MachineLimitsTest {
  private static final Offset<Double> EXACT = within(1e-9);
  private static final SpeedTest DECODE = new SpeedTest.Decode(10, 0);

  private static MachineLimits limits(double read, double int8, double f32) {
    return new MachineLimits(Map.of(Limit.READ, read, Limit.INT8, int8, Limit.F32, f32));
  }

  private static MachineLimits read(double rate) {
    return new MachineLimits(Map.of(Limit.READ, rate));
  }

  @Test
  void aShareIsWhatWasReadOfAllThatTheStretchesAllowed() {
    // In 1 s at 100 to 300 bytes/s and 3 s at 300 to 500: 200 + 1200 bytes could be read.
    MachineLimits all =
        MachineLimits.over(
            List.of(new Stretch(1, read(100), read(300)), new Stretch(3, read(300), read(500))));

    assertThat(all.rate(Limit.READ)).hasValue(350);
    Share share = all.share(DECODE, new Work(700, 0, 0), 4).orElseThrow();
    assertThat(share).isEqualTo(new Share(Limit.READ, 350, 50));
  }

  @Test
  void aLimitThatAStretchLacksIsNotTold() {
    MachineLimits none = new MachineLimits(Map.of());
    MachineLimits all =
        MachineLimits.over(
            List.of(
                new Stretch(1, limits(10, 20, 30), limits(10, 40, 30)),
                new Stretch(1, limits(10, 40, 30), new MachineLimits(Map.of(Limit.INT8, 40.0)))));

    assertThat(all.rates()).isEqualTo(Map.of(Limit.INT8, 35.0));
    assertThat(MachineLimits.over(List.of()).rates()).isEmpty();
    assertThat(MachineLimits.over(List.of(new Stretch(1, none, none))).rates()).isEmpty();
  }

  @Test
  void onlyLimitsThatBoundATestAreMeasured() {
    Work mixed = new Work(10, 20, 30);
    assertThat(MachineLimits.bounding(DECODE, mixed)).containsExactly(Limit.READ);
    assertThat(MachineLimits.bounding(new SpeedTest.Prefill(4), mixed))
        .containsExactlyInAnyOrder(Limit.INT8, Limit.F32);
    assertThat(MachineLimits.bounding(new SpeedTest.Prefill(4), new Work(10, 0, 30)))
        .containsExactly(Limit.F32);
    assertThat(MachineLimits.bounding(new SpeedTest.DecodeTogether(2, 4), new Work(10, 20, 0)))
        .containsExactlyInAnyOrder(Limit.READ, Limit.INT8);
  }

  @Test
  void prefillIsBoundByTheProductsOfItsWeights() {
    MachineLimits limits = limits(1, 100, 10);
    SpeedTest test = new SpeedTest.Prefill(4);

    Share ints = limits.share(test, new Work(50, 100, 5), 3).orElseThrow();
    assertThat(ints.limit()).isEqualTo(Limit.INT8);
    assertThat(ints.percent()).isEqualTo(50, EXACT);
    Share floats = limits.share(test, new Work(50, 0, 20), 4).orElseThrow();
    assertThat(floats.limit()).isEqualTo(Limit.F32);
    assertThat(floats.percent()).isEqualTo(50, EXACT);
  }

  @Test
  void severalSequencesAreBoundByWhatTakesLonger() {
    MachineLimits limits = limits(10, 100, 10);
    SpeedTest test = new SpeedTest.DecodeTogether(4, 1);

    assertThat(limits.share(test, new Work(50, 400, 0), 10))
        .contains(new Share(Limit.READ, 10, 50));
    assertThat(limits.share(test, new Work(50, 800, 0), 10))
        .contains(new Share(Limit.INT8, 100, 80));
  }

  @Test
  void aLimitThatWasNotMeasuredGivesNoShare() {
    Work work = new Work(10, 10, 0);

    assertThat(read(10).share(new SpeedTest.Prefill(1), work, 1)).isEmpty();
    assertThat(read(10).share(new SpeedTest.DecodeTogether(2, 1), work, 1)).isEmpty();
    assertThat(read(10).share(DECODE, work, 2)).contains(new Share(Limit.READ, 10, 50));
  }
}
