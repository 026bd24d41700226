package dev.freehold.cli;

import dev.freehold.gateway.energy.EnergyCounter;
import dev.freehold.gateway.energy.EnergyShares;
import dev.freehold.gateway.energy.EstimatedCounter;
import dev.freehold.gateway.energy.RaplCounter;
import dev.freehold.gateway.ledger.LedgerException;
import dev.freehold.gateway.ledger.PriceFile;
import dev.freehold.gateway.ledger.StoredLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The ledger of a gateway that serves, with its prices, which are read again when their file
/// changes, and the energy of this machine.
final class ServedLedger implements AutoCloseable {
  private static final Path POWERCAP = Path.of("/sys/class/powercap");

  private final Surroundings surroundings;
  private final Path prices;
  private final StoredLedger store;
  private final EnergyShares energy;
  private final CountDownLatch isClosing = new CountDownLatch(1);
  private @Nullable FileTime known;

  /// @param interval between two looks at the prices and at the counters of energy
  ServedLedger(Surroundings surroundings, Duration interval) {
    this.surroundings = surroundings;
    this.prices = LedgerPlaces.prices(surroundings);
    this.known = changed();
    PriceFile.Content terms = LedgerPlaces.readPrices(surroundings);
    LedgerPlaces.useSqlite(surroundings);
    this.store =
        StoredLedger.open(
            LedgerPlaces.ledger(surroundings),
            new StoredLedger.Settings(
                terms.prices(), terms.budgets(), surroundings.clock().getZone()),
            surroundings.clock());
    this.energy = energy(surroundings, terms.tdpWatts());
    Thread.ofVirtual().name("ledger-prices").start(() -> look(interval));
  }

  /// The energy of this machine, as it can be known.
  static EnergyShares energy(Surroundings surroundings, OptionalDouble tdpWatts) {
    return energy(tdpWatts, why -> surroundings.err().println("note: " + Failure.printable(why)));
  }

  /// @param why is told why it cannot be measured, where that is so
  static EnergyShares energy(OptionalDouble tdpWatts, Consumer<String> why) {
    return new EnergyShares(counter(tdpWatts, why));
  }

  private static EnergyCounter counter(OptionalDouble tdpWatts, Consumer<String> why) {
    Optional<RaplCounter> measured = RaplCounter.find(POWERCAP, why);
    return measured.isPresent()
        ? measured.get()
        : new EstimatedCounter(
            ServedLedger::processorTime, tdpWatts, Runtime.getRuntime().availableProcessors());
  }

  /// Of this process and of those that it started: supervised engines are among them.
  private static Duration processorTime() {
    ProcessHandle self = ProcessHandle.current();
    try (Stream<ProcessHandle> started = self.descendants()) {
      return Stream.concat(Stream.of(self), started)
          .flatMap(process -> process.info().totalCpuDuration().stream())
          .reduce(Duration.ZERO, Duration::plus);
    }
  }

  StoredLedger store() {
    return store;
  }

  EnergyShares energy() {
    return energy;
  }

  /// Switches recording on or off, and says so.
  void record(boolean isWanted) {
    if (isWanted != store.isRecording()) {
      store.record(isWanted);
      surroundings
          .err()
          .println(
              isWanted
                  ? "note: what is asked and answered is recorded, word for word, in "
                      + LedgerPlaces.ledger(surroundings)
                  : "note: what is asked and answered is not recorded any more");
    }
  }

  private @Nullable FileTime changed() {
    try {
      return Files.getLastModifiedTime(prices);
    } catch (IOException absent) {
      return null;
    }
  }

  private void look(Duration interval) {
    try {
      while (!isClosing.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        energy.sample();
        FileTime now = changed();
        if (!Objects.equals(now, known)) {
          known = now;
          readAgain();
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /// A file that is wrong changes nothing: prices and budgets stay as they were.
  private void readAgain() {
    try {
      PriceFile.Content terms = LedgerPlaces.readPrices(surroundings);
      store.reload(terms.prices(), terms.budgets());
      surroundings.err().println("note: prices and budgets are read again: " + prices);
    } catch (LedgerException wrong) {
      surroundings
          .err()
          .println(
              "note: prices and budgets stay as they were: "
                  + Failure.printable(String.valueOf(wrong.getMessage())));
    }
  }

  /// Writes what waits.
  @Override
  public void close() {
    isClosing.countDown();
    store.close();
  }
}
