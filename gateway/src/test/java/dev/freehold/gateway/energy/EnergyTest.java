package dev.freehold.gateway.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freehold.gateway.ledger.Energy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Energy as it is counted on a made-up machine, and as requests share it.
class EnergyTest {
  private static final long RANGE = 1_000_000;

  @TempDir private Path powercap;

  private void zone(String folder, String name, long energy) throws IOException {
    Path zone = Files.createDirectories(powercap.resolve(folder));
    Files.writeString(zone.resolve("name"), name + "\n");
    Files.writeString(zone.resolve("energy_uj"), energy + "\n");
    Files.writeString(zone.resolve("max_energy_range_uj"), RANGE + "\n");
  }

  private void energy(String folder, long energy) throws IOException {
    Files.writeString(powercap.resolve(folder).resolve("energy_uj"), energy + "\n");
  }

  private RaplCounter counter() {
    return RaplCounter.find(
            powercap,
            why -> {
              throw new AssertionError(why);
            })
        .orElseThrow();
  }

  private String refusal() {
    AtomicReference<String> reason = new AtomicReference<>("");
    assertThat(RaplCounter.find(powercap, reason::set)).isEmpty();
    return reason.get();
  }

  @Test
  void packagesAndMemoryAreAddedUpAndNothingTwice() throws IOException {
    zone("intel-rapl:0", "package-0", 1000);
    zone("intel-rapl:0:0", "core", 500);
    zone("intel-rapl:0:1", "dram", 100);
    zone("intel-rapl:1", "package-1", 2000);
    zone("intel-rapl:2", "psys", 9000);
    zone("intel-rapl-mmio:0", "package-0", 1000);
    zone("dtpm", "package-0", 1000);
    RaplCounter counter = counter();
    assertThat(counter.microjoules()).hasValue(0);
    energy("intel-rapl:0", 1400);
    energy("intel-rapl:0:0", 800);
    energy("intel-rapl:0:1", 130);
    energy("intel-rapl:1", 2002);
    energy("intel-rapl:2", 99_000);
    energy("intel-rapl-mmio:0", 1400);
    assertThat(counter.microjoules()).hasValue(432);
    assertThat(counter.told()).contains("RAPL (dram, package-0, package-1)");
  }

  @Test
  void aCounterThatBeginsAnewIsMadeUpFor() throws IOException {
    zone("intel-rapl:0", "package-0", RANGE - 100);
    RaplCounter counter = counter();
    energy("intel-rapl:0", 50);
    assertThat(counter.microjoules()).hasValue(150);
    energy("intel-rapl:0", 49);
    assertThat(counter.microjoules()).hasValue(150 + RANGE - 1);
  }

  @Test
  void aMachineWithoutItSaysWhy() throws IOException {
    assertThat(refusal()).contains("no processor that measures its energy");
    zone("intel-rapl:0", "psys", 5);
    assertThat(refusal()).contains("no processor that measures its energy");
    AtomicReference<String> reason = new AtomicReference<>("");
    assertThat(RaplCounter.find(powercap.resolve("none"), reason::set)).isEmpty();
    assertThat(reason.get()).contains("this machine does not tell what it takes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-5", "1e6", "9999999", "12345678901234567890", "x\ny"})
  void whatIsNoCountIsRefused(String text) throws IOException {
    zone("intel-rapl:0", "package-0", 5);
    Files.writeString(powercap.resolve("intel-rapl:0/energy_uj"), text);
    assertThat(refusal()).startsWith("RAPL cannot be read");
  }

  @Test
  void aCounterThatBreaksMakesEnergyUnknown() throws IOException {
    zone("intel-rapl:0", "package-0", 5);
    EnergyShares shares = new EnergyShares(counter());
    EnergyShares.Share share = shares.begin();
    Files.delete(powercap.resolve("intel-rapl:0/energy_uj"));
    assertThat(share.end()).isEqualTo(Energy.UNKNOWN);
    zone("intel-rapl:0", "package-0", 5);
    assertThat(shares.begin().end()).isEqualTo(Energy.UNKNOWN);
  }

  @Test
  void anEstimateIsProcessorTimeTimesPower() {
    AtomicReference<Duration> time = new AtomicReference<>(Duration.ofSeconds(100));
    EstimatedCounter counter = new EstimatedCounter(time::get, OptionalDouble.of(65), 16);
    assertThat(counter.microjoules()).hasValue(0);
    time.set(Duration.ofSeconds(108));
    assertThat(counter.microjoules()).hasValue(32_500_000);
    assertThat(counter.source()).isEqualTo(Energy.Source.ESTIMATE);
    assertThat(counter.told())
        .isEqualTo(
            "energy is estimated: seconds of processor time x 4.063 W a hardware thread (65.00 W"
                + " TDP / 16 threads)");
    assertThat(new EstimatedCounter(time::get, OptionalDouble.empty(), 16).told())
        .contains("x 4.000 W", "assumed, since no TDP is configured");
    assertThatThrownBy(() -> new EstimatedCounter(time::get, OptionalDouble.of(-1), 16))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// A counter that a test moves.
  private static final class Moved implements EnergyCounter {
    private final AtomicLong microjoules = new AtomicLong();

    @Override
    public OptionalLong microjoules() {
      return OptionalLong.of(microjoules.get());
    }

    @Override
    public Energy.Source source() {
      return Energy.Source.RAPL;
    }

    @Override
    public String told() {
      return "moved by a test";
    }
  }

  @Test
  void requestsShareEachPieceOfTimeEvenly() {
    Moved counter = new Moved();
    EnergyShares shares = new EnergyShares(counter);
    counter.microjoules.addAndGet(50_000_000); // nobody's
    EnergyShares.Share first = shares.begin();
    counter.microjoules.addAndGet(10_000_000);
    EnergyShares.Share second = shares.begin();
    counter.microjoules.addAndGet(4_000_000);
    shares.sample();
    counter.microjoules.addAndGet(2_000_000);
    assertThat(first.end()).isEqualTo(new Energy(10_000 + 3_000, Energy.Source.RAPL));
    counter.microjoules.addAndGet(1_000_000);
    assertThat(second.end()).isEqualTo(new Energy(3_000 + 1_000, Energy.Source.RAPL));
    assertThatThrownBy(second::end).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sharesAddUpToWhatWasCounted() {
    long seed = 42;
    Random random = new Random(seed);
    Moved counter = new Moved();
    EnergyShares shares = new EnergyShares(counter);
    List<EnergyShares.Share> open = new ArrayList<>();
    long counted = 0;
    long shared = 0;
    int ended = 0;
    for (int i = 0; i < 5000 || !open.isEmpty(); i++) {
      if (i < 5000 && random.nextBoolean()) {
        open.add(shares.begin());
      } else if (!open.isEmpty()) {
        shared += open.remove(random.nextInt(open.size())).end().millijoules();
        ended++;
      }
      long step = random.nextInt(3_000_000);
      counter.microjoules.addAndGet(step);
      counted += open.isEmpty() ? 0 : step;
    }
    assertThat((double) shared).as("seed %d", seed).isCloseTo(counted / 1e3, within(ended * 0.5));
  }
}
