package dev.freehold.cli.speed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.speed.Limit.Share;
import dev.freehold.cli.speed.TestSpeeds.Reached;
import dev.freehold.cli.speed.TestSpeeds.Round;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/// Medians, ratios and shares of limits over rounds.
class TestSpeedsTest {
  private static double[] speeds(double... speeds) {
    return speeds;
  }

  private static Reached reached(double... speeds) {
    return new Reached(
        DoubleStream.of(speeds).mapToObj(speed -> new Run(speed, Optional.empty())).toList());
  }

  private static Run run(Limit limit, double rate, double percent) {
    return new Run(1, Optional.of(new Share(limit, rate, percent)));
  }

  private static TestSpeeds test(Round... rounds) {
    return new TestSpeeds(new SpeedTest.Decode(10, 0), List.of(rounds), Optional.empty());
  }

  @Test
  void ratiosAreTakenWithinARound() {
    TestSpeeds speeds =
        test(
            new Round(reached(20, 22, 21), Optional.of(reached(10))),
            new Round(reached(2, 4), Optional.of(reached(1, 1))),
            new Round(reached(40), Optional.of(reached(10, 12, 8))));

    assertThat(speeds.own()).isEqualTo(21);
    assertThat(speeds.peer()).hasValue(10);
    assertThat(speeds.ratio()).hasValue(3);
    assertThat(speeds.leastRatio()).hasValue(2.1);
    assertThat(speeds.mostRatio()).hasValue(4);
    assertThat(speeds.least()).isEqualTo(2);
    assertThat(speeds.most()).isEqualTo(40);
  }

  @Test
  void sharesAreThoseOfTheRunsOwnLimits() {
    TestSpeeds speeds =
        test(
            new Round(
                new Reached(
                    List.of(
                        run(Limit.READ, 40, 50), run(Limit.READ, 80, 30), run(Limit.READ, 60, 90))),
                Optional.of(new Reached(List.of(run(Limit.READ, 70, 20))))),
            new Round(
                new Reached(List.of(run(Limit.READ, 100, 10))),
                Optional.of(new Reached(List.of(run(Limit.READ, 90, 40))))));

    assertThat(speeds.rounds().getFirst().own().share()).contains(new Share(Limit.READ, 60, 50));
    assertThat(speeds.ownShare()).contains(new Share(Limit.READ, 80, 30));
    assertThat(speeds.peerShare()).contains(new Share(Limit.READ, 80, 30));
  }

  @Test
  void ofDifferentLimitsTheOneThatBoundMostRunsIsTold() {
    Run reading = run(Limit.READ, 10, 50);
    Run computing = run(Limit.INT8, 1000, 80);

    assertThat(new Reached(List.of(reading, computing, computing)).share())
        .contains(new Share(Limit.INT8, 1000, 80));
    assertThat(new Reached(List.of(reading, new Run(1, Optional.empty()))).share()).isEmpty();
  }

  @Test
  void withoutAPeerThereIsNoRatio() {
    TestSpeeds speeds =
        new TestSpeeds(
            new SpeedTest.Prefill(10),
            List.of(new Round(reached(1), Optional.empty())),
            Optional.of("it cannot"));

    assertThat(speeds.hasPeer()).isFalse();
    assertThat(speeds.peer()).isEmpty();
    assertThat(speeds.ratio()).isEmpty();
    assertThat(speeds.leastRatio()).isEmpty();
    assertThat(speeds.peerShare()).isEmpty();
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
