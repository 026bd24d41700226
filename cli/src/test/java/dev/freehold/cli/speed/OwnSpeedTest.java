package dev.freehold.cli.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freehold.kernel.KernelException;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Tier;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The runs of a tiny model with reference kernels: each with the limit that bounds it, measured
/// around the run, or with the speed alone.
class OwnSpeedTest {
  private static final KernelOptions REFERENCE =
      KernelOptions.defaults().withTier(Tier.REFERENCE).withThreads(1);
  private static final SpeedTest PREFILL = new SpeedTest.Prefill(6);
  private static final SpeedTest DECODE = new SpeedTest.Decode(4, 3);
  private static final SpeedTest TOGETHER = new SpeedTest.DecodeTogether(2, 4);

  private Model model;
  private OwnSpeed own;

  @BeforeEach
  void open() {
    Path file =
        Path.of(
            System.getProperty("freehold.root"),
            "model/src/test/resources/goldens/qwen2/model.gguf");
    model = Model.open(file, ModelOptions.of(REFERENCE));
    own = new OwnSpeed(model);
  }

  @AfterEach
  void close() {
    own.close();
    model.close();
  }

  private static double seconds(SpeedTest test, Run run) {
    return test.tokens() / run.tokensPerSecond();
  }

  @Test
  void aShareIsTheTimeThatTheWorkNeedsAtTheRateThatWasFound() {
    LimitProbe probe = new LimitProbe(limit -> limit == Limit.READ ? 1e9 : 1e12);
    for (SpeedTest test : List.of(DECODE, TOGETHER)) {
      Run run = own.measure(test, probe);
      Limit.Share share = run.share().orElseThrow();
      double needed = Volume.of(model, test).bytes() / 1e9;
      assertThat(share.limit()).isEqualTo(Limit.READ);
      assertThat(share.rate()).isCloseTo(1e9, within(1.0));
      assertThat(share.percent()).isCloseTo(100 * needed / seconds(test, run), within(1e-6));
    }
    Limit.Share prefill = own.measure(PREFILL, probe).share().orElseThrow();
    assertThat(prefill.limit()).isNotEqualTo(Limit.READ);
    assertThat(prefill.rate()).isCloseTo(1e12, within(1e3));
  }

  @Test
  void whatATestIsNotBoundByIsNotMeasured() {
    List<Limit> asked = new ArrayList<>();
    LimitProbe probe =
        new LimitProbe(limit -> {
          asked.add(limit);
          return 1e9;
        });
    own.measure(DECODE, probe);
    assertThat(asked).hasSizeGreaterThanOrEqualTo(2).containsOnly(Limit.READ);
    asked.clear();
    own.measure(PREFILL, probe);
    assertThat(asked).hasSizeGreaterThanOrEqualTo(2).doesNotContain(Limit.READ);
  }

  @Test
  void limitsThatCannotBeMeasuredLeaveTheSpeedsAndSayWhy() {
    List<Limit> tried = new ArrayList<>();
    LimitProbe probe =
        new LimitProbe(limit -> {
          tried.add(limit);
          throw new KernelException("no such module");
        });
    for (SpeedTest test : List.of(PREFILL, DECODE, TOGETHER, PREFILL, DECODE)) {
      Run run = own.measure(test, probe);
      assertThat(run.tokensPerSecond()).isPositive();
      assertThat(run.share()).isEmpty();
    }
    assertThat(tried).doesNotHaveDuplicates();
    assertThat(probe.missing()).containsExactly("no such module");
    assertThat(probe.found(Limit.READ)).isEmpty();
  }
}
