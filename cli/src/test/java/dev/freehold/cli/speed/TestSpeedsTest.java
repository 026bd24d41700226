package dev.freehold.cli.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freehold.cli.speed.TestSpeeds.Round;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Medians, ratios and shares of limits over rounds.
class TestSpeedsTest {
  private static final Offset<Double> EXACT = within(1e-9);

  private static MachineLimits limits(double read, double int8, double f32) {
    return new MachineLimits(Map.of(Limit.READ, read, Limit.INT8, int8, Limit.F32, f32), List.of());
  }

  private static double[] speeds(double... speeds) {
    return speeds;
  }

  @Test
  void ratiosAreTakenWithinARound() {
    MachineLimits same = limits(1000, 1000, 1000);
    TestSpeeds speeds =
        new TestSpeeds(
            new SpeedTest.Decode(10, 0),
            new Work(100, 0, 0),
            List.of(
                new Round(speeds(20, 22, 21), speeds(10), same),
                new Round(speeds(2, 4), speeds(1, 1), same),
                new Round(speeds(40), speeds(10, 12, 8), same)),
            Optional.empty());

    assertThat(speeds.own()).isEqualTo(21);
    assertThat(speeds.peer()).hasValue(10);
    assertThat(speeds.ratio()).hasValue(3);
    assertThat(speeds.leastRatio()).hasValue(2.1);
    assertThat(speeds.mostRatio()).hasValue(4);
    assertThat(speeds.least()).isEqualTo(2);
    assertThat(speeds.most()).isEqualTo(40);
  }

  @Test
  void sharesAreThoseOfTheRoundsOwnLimits() {
    // 10 tokens read 100 bytes: at 20 tokens/s 200 bytes/s.
    TestSpeeds speeds =
        new TestSpeeds(
            new SpeedTest.Decode(10, 0),
            new Work(100, 0, 0),
            List.of(
                new Round(speeds(20), speeds(5), limits(400, 1, 1)),
                new Round(speeds(10), speeds(10), limits(1000, 1, 1))),
            Optional.empty());

    assertThat(speeds.ownShare().orElseThrow().limit()).isEqualTo(Limit.READ);
    assertThat(speeds.ownShare().orElseThrow().percent()).isEqualTo((50 + 10) / 2.0, EXACT);
    assertThat(speeds.peerShare().orElseThrow().percent()).isEqualTo((12.5 + 10) / 2.0, EXACT);
  }

  @Test
  void withoutAPeerThereIsNoRatio() {
    TestSpeeds speeds =
        new TestSpeeds(
            new SpeedTest.Prefill(10),
            new Work(1, 1, 0),
            List.of(new Round(speeds(1), speeds(), limits(1, 1, 1))),
            Optional.of("it cannot"));

    assertThat(speeds.hasPeer()).isFalse();
    assertThat(speeds.peer()).isEmpty();
    assertThat(speeds.ratio()).isEmpty();
    assertThat(speeds.leastRatio()).isEmpty();
    assertThat(speeds.peerShare()).isEmpty();
  }

  @Test
  void prefillIsBoundByTheProductsOfItsWeights() {
    MachineLimits limits = limits(1, 100, 10);
    SpeedTest test = new SpeedTest.Prefill(4);

    Limit.Share ints = limits.share(test, new Work(50, 100, 5), 3).orElseThrow();
    assertThat(ints.limit()).isEqualTo(Limit.INT8);
    assertThat(ints.percent()).isEqualTo(50, EXACT);
    Limit.Share floats = limits.share(test, new Work(50, 0, 20), 4).orElseThrow();
    assertThat(floats.limit()).isEqualTo(Limit.F32);
    assertThat(floats.percent()).isEqualTo(50, EXACT);
  }

  @Test
  void severalSequencesAreBoundByWhatTakesLonger() {
    MachineLimits limits = limits(10, 100, 10);
    SpeedTest test = new SpeedTest.DecodeTogether(4, 1);

    Limit.Share reading = limits.share(test, new Work(50, 400, 0), 10).orElseThrow();
    assertThat(reading).isEqualTo(new Limit.Share(Limit.READ, 50));
    Limit.Share computing = limits.share(test, new Work(50, 800, 0), 10).orElseThrow();
    assertThat(computing).isEqualTo(new Limit.Share(Limit.INT8, 80));
  }

  @Test
  void aLimitThatWasNotMeasuredGivesNoShare() {
    MachineLimits readOnly = new MachineLimits(Map.of(Limit.READ, 10.0), List.of("no int8"));
    Work work = new Work(10, 10, 0);

    assertThat(readOnly.share(new SpeedTest.Prefill(1), work, 1)).isEmpty();
    assertThat(readOnly.share(new SpeedTest.DecodeTogether(2, 1), work, 1)).isEmpty();
    assertThat(readOnly.share(new SpeedTest.Decode(1, 0), work, 2))
        .contains(new Limit.Share(Limit.READ, 50));
  }

  @Test
  void aMedianIsTheMiddle() {
    assertThat(Median.of(speeds(3, 1, 2))).isEqualTo(2);
    assertThat(Median.of(speeds(4, 1, 2, 3))).isEqualTo(2.5);
  }

  @Test
  void theSettingOfHugePagesIsTheWordInBrackets() {
    assertThat(TransparentHugePages.chosen("always [madvise] never\n")).isEqualTo("madvise");
    assertThat(TransparentHugePages.chosen("")).isEqualTo("unknown");
    assertThat(TransparentHugePages.setting()).matches("always|madvise|never|unknown");
  }
}
