package dev.freehold.gateway.energy;

import dev.freehold.gateway.ledger.Energy;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// An estimate of energy from processor time.
///
/// Formula: joules = seconds of processor time x watts, where watts are the processor's TDP divided
/// by its hardware threads, or [#DEFAULT_WATTS] where no TDP is known. It leaves out memory, disks,
/// fans and what the machine takes when idle, and can be wrong by a factor of two or more.
public final class EstimatedCounter implements EnergyCounter {
  /// For one hardware thread: between those of servers and of desktops.
  public static final double DEFAULT_WATTS = 4;

  private final Supplier<Duration> processorTime;
  private final double watts;
  private final String basis;
  private final Duration begin;

  /// @param processorTime what the processes that compute have used so far
  /// @param tdpWatts of the whole processor, or of all of them, from the maker's data sheet
  /// @param threads hardware threads that share it
  public EstimatedCounter(Supplier<Duration> processorTime, OptionalDouble tdpWatts, int threads) {
    if (tdpWatts.isPresent() && !(tdpWatts.getAsDouble() > 0 && tdpWatts.getAsDouble() < 100_000)
        || threads < 1) {
      throw new IllegalArgumentException("%s W, %d threads".formatted(tdpWatts, threads));
    }
    this.processorTime = processorTime;
    this.watts = tdpWatts.isPresent() ? tdpWatts.getAsDouble() / threads : DEFAULT_WATTS;
    this.basis =
        tdpWatts.isPresent()
            ? String.format(Locale.ROOT, "%.4g W TDP / %d threads", tdpWatts.getAsDouble(), threads)
            : "assumed, since no TDP is configured";
    this.begin = processorTime.get();
  }

  @Override
  public OptionalLong microjoules() {
    double seconds = Math.max(0, processorTime.get().minus(begin).toNanos()) / 1e9;
    return OptionalLong.of(Math.round(seconds * watts * 1e6));
  }

  @Override
  public Energy.Source source() {
    return Energy.Source.ESTIMATE;
  }

  @Override
  public String told() {
    return String.format(
        Locale.ROOT,
        "energy is estimated: seconds of processor time x %.4g W a hardware thread (%s)",
        watts,
        basis);
  }
}
