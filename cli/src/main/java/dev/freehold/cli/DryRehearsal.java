package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.cli.exit.Window;
import dev.freehold.eval.task.RecordedRequest;
import dev.freehold.gateway.Gateway;
import dev.freehold.gateway.GatewayException;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.WallTime;
import dev.freehold.gateway.cut.Cut;
import dev.freehold.gateway.energy.EnergyShares;
import dev.freehold.gateway.engine.Engines;
import dev.freehold.gateway.ledger.LedgerAccounts;
import dev.freehold.gateway.ledger.PriceFile;
import dev.freehold.gateway.ledger.StoredLedger;
import dev.freehold.gateway.ledger.UsageQuery;
import dev.freehold.gateway.ledger.UsageReader;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.gateway.upstream.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// A rehearsal with recorded requests: they are asked again of the same routes with backends cut
/// off, in this process, with a ledger that is thrown away.
final class DryRehearsal {
  private final Surroundings surroundings;
  private final Path file;
  private final RoutesFile.OwnEngine engine;
  private final Cancellation stop = new Cancellation();

  /// @param file the gateway's
  DryRehearsal(Surroundings surroundings, Path file, RoutesFile.OwnEngine engine) {
    this.surroundings = surroundings;
    this.file = file;
    this.engine = engine;
  }

  void stop() {
    stop.cancel();
  }

  /// Asks them all.
  ///
  /// @param together how many at once
  Window run(List<RecordedRequest> requests, Set<String> backends, Cut.Manner manner, int together)
      throws InterruptedException {
    Path folder;
    try {
      folder = Files.createTempDirectory("freehold-rehearsal");
    } catch (IOException failure) {
      throw new CliException("no folder for a ledger: " + failure, failure);
    }
    try {
      Path ledger = folder.resolve("ledger.sqlite");
      ask(requests, backends, manner, together, ledger);
      return read(ledger);
    } finally {
      delete(folder);
    }
  }

  private void ask(
      List<RecordedRequest> requests,
      Set<String> backends,
      Cut.Manner manner,
      int together,
      Path ledger)
      throws InterruptedException {
    PriceFile.Content terms = LedgerPlaces.readPrices(surroundings);
    LedgerPlaces.useSqlite(surroundings);
    EnergyShares energy = ServedLedger.energy(surroundings, terms.tdpWatts());
    Time time = new WallTime(surroundings.clock());
    try (StoredLedger store =
            StoredLedger.open(
                ledger,
                new StoredLedger.Settings(
                    terms.prices(), List.of(), surroundings.clock().getZone()),
                surroundings.clock());
        Networks networks = new Networks();
        Engines engines =
            new Engines(
                networks.of(Way.direct(Limits.DEFAULT.connect())),
                time,
                surroundings.err()::println,
                EnginePlaces.register(surroundings),
                EnginePlaces.environment())) {
      Gateway gateway =
          new Gateway(
              routes(networks, engines, time),
              new LedgerAccounts(store, energy),
              time,
              new SecureRandom());
      gateway.cuts().hold(backends, manner);
      try (ExecutorService workers = Executors.newFixedThreadPool(together)) {
        for (RecordedRequest request : requests) {
          workers.execute(() -> ask(gateway, request));
        }
      }
    }
  }

  private Routes routes(Networks networks, Engines engines, Time time) {
    try {
      Routes routes =
          RoutesFile.read(
              file,
              new RoutesFile.Surroundings(
                  name -> Optional.ofNullable(surroundings.environment().get(name)),
                  Optional.of(engine),
                  networks::of,
                  engines::of,
                  time));
      engines.use(routes.engines(), routes.upkeep().keyVariables());
      return routes;
    } catch (GatewayException broken) {
      throw new CliException(String.valueOf(broken.getMessage()), broken);
    }
  }

  /// What comes of it is in the ledger.
  private void ask(Gateway gateway, RecordedRequest request) {
    if (stop.isCancelled()) {
      return;
    }
    try {
      gateway.answer(request.request().withModel(request.route()), event -> {}, stop);
    } catch (ChatException told) {
      // the user would have seen it; the ledger has it
    }
  }

  private Window read(Path ledger) {
    Window window = new Window();
    try (UsageReader reader = UsageReader.open(ledger)) {
      reader.requests(
          new UsageQuery(
              UsageQuery.By.DAY,
              Instant.EPOCH,
              surroundings.clock().instant().plusSeconds(1),
              Optional.empty(),
              surroundings.clock().getZone()),
          window::add);
    }
    return window;
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path one : files.toList()) {
        Files.delete(one);
      }
      Files.delete(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
