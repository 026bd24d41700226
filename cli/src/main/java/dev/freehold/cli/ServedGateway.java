package dev.freehold.cli;

import dev.freehold.gateway.Gateway;
import dev.freehold.gateway.GatewayException;
import dev.freehold.gateway.Ledger;
import dev.freehold.gateway.RoutedModels;
import dev.freehold.gateway.RoutesWatch;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.WallTime;
import dev.freehold.gateway.cut.CutFile;
import dev.freehold.gateway.cut.CutWatch;
import dev.freehold.gateway.engine.Engines;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.gateway.upstream.Way;
import dev.freehold.server.Backends;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import sun.misc.Signal;

/// The gateway of `serve`, its file watched, over the engine of this process.
final class ServedGateway implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration CUT_INTERVAL = Duration.ofMillis(250);

  private final Surroundings surroundings;
  private final Path file;
  private final Consumer<Routes.Upkeep> upkeep;
  private final Networks networks = new Networks();
  private final Time time;
  private final Engines engines;
  private final RoutesFile.OwnEngine engine;
  private final Gateway gateway;
  private final RoutesWatch watch;
  private final CutWatch cuts;

  /// @param engine answers for the models of this machine
  /// @param upkeep takes what the file says beside who answers, each time that it is read
  ServedGateway(
      Surroundings surroundings,
      Path file,
      RoutesFile.OwnEngine engine,
      Ledger ledger,
      Consumer<Routes.Upkeep> upkeep) {
    this.surroundings = surroundings;
    this.upkeep = upkeep;
    this.file = file;
    this.time = new WallTime(surroundings.clock());
    this.engine = engine;
    this.engines =
        new Engines(
            networks.of(Way.direct(Limits.DEFAULT.connect())),
            time,
            surroundings.err()::println,
            EnginePlaces.register(surroundings),
            EnginePlaces.environment());
    this.gateway = new Gateway(read(), ledger, time, new SecureRandom());
    this.watch =
        new RoutesWatch(file, gateway, this::readAgain, surroundings.err()::println, INTERVAL);
    this.cuts =
        new CutWatch(
            new CutFile(LedgerPlaces.state(surroundings), file),
            gateway,
            surroundings.err()::println,
            CUT_INTERVAL);
    Signal.handle(new Signal("HUP"), hangUp -> watch.reload());
  }

  private Routes read() {
    try {
      return readAgain();
    } catch (GatewayException broken) {
      networks.close();
      throw new CliException(String.valueOf(broken.getMessage()), broken);
    }
  }

  private Routes readAgain() {
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
    upkeep.accept(routes.upkeep());
    return routes;
  }

  /// Who answers: the routes, and by their own names the models of the engine.
  ///
  /// @param own what answers for the models of this machine
  Backends backends(Backends own) {
    RoutedModels models =
        new RoutedModels(gateway, own.models(), own.tokens(), surroundings.clock().instant());
    return new Backends(gateway, models, own.embeddings(), models, own.activity());
  }

  @Override
  public void close() {
    cuts.close();
    watch.close();
    engines.close();
    networks.close();
  }
}
