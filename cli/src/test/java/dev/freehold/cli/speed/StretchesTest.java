package dev.freehold.cli.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Limits are measured between stretches, not within them, and not in their time.
class StretchesTest {
  private static final Set<Limit> READ = EnumSet.of(Limit.READ);

  private static void pause(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Test
  void longStepsAreStretchesOfTheirOwn() {
    Iterator<Double> rates = List.of(10.0, 10.0, 90.0, 90.0).iterator();
    Stretches time = new Stretches(new LimitProbe(limit -> rates.next()), READ);
    for (int i = 0; i < 3; i++) {
      time.run(() -> pause(220));
    }
    time.end();

    assertThat(rates).isExhausted();
    assertThat(time.seconds()).isGreaterThanOrEqualTo(0.66);
    // 10, 50 and 90 for 220 ms each, or longer where the machine is slow.
    assertThat(time.limits().rate(Limit.READ).orElseThrow()).isBetween(11.0, 89.0);
  }

  @Test
  void shortStepsGoTogetherAndTheRestIsAStretchToo() {
    LimitProbe probe = new LimitProbe(limit -> 5);
    Stretches time = new Stretches(probe, READ);
    int[] done = {0};
    for (int i = 0; i < 20; i++) {
      time.run(() -> done[0]++);
    }
    time.end();
    time.end();

    assertThat(done[0]).isEqualTo(20);
    assertThat(probe.found(Limit.READ)).hasSizeBetween(2, 21);
    assertThat(time.limits().rate(Limit.READ)).hasValue(5);
  }

  @Test
  void theTimeToMeasureDoesNotCount() {
    LimitProbe probe =
        new LimitProbe(limit -> {
          pause(400);
          return 1;
        });
    long start = System.nanoTime();
    Stretches time = new Stretches(probe, READ);
    time.run(() -> pause(60));
    time.end();
    double whole = (System.nanoTime() - start) / 1e9;

    assertThat(probe.found(Limit.READ)).hasSize(2);
    assertThat(time.seconds()).isBetween(0.06, whole - 0.8);
  }

  @Test
  void withoutALimitThereIsTheTimeAlone() {
    Stretches time = new Stretches(LimitProbe.none(), EnumSet.allOf(Limit.class));
    time.run(() -> pause(1));
    time.end();

    assertThat(time.seconds()).isGreaterThanOrEqualTo(0.001);
    assertThat(Arrays.stream(Limit.values()).map(time.limits()::rate))
        .allSatisfy(rate -> assertThat(rate).isEmpty());
  }
}
