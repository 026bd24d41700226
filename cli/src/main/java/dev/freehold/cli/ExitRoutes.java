package dev.freehold.cli;

import dev.freehold.gateway.GatewayException;
import dev.freehold.gateway.WallTime;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.route.Backend;
import dev.freehold.gateway.route.Route;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.route.Target;
import dev.freehold.gateway.upstream.HttpUpstream;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.gateway.upstream.Upstream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A gateway's file as those read it who do not serve it, and the names that cuts have in it.
final class ExitRoutes {
  static final String ALL = "all";
  static final String NETWORK = "network";

  private final Path file;
  private final Routes routes;
  private final Map<String, Backend> backends = new TreeMap<>();

  ExitRoutes(Path file, Routes routes) {
    this.file = file;
    this.routes = routes;
    for (Route route : routes.routes().values()) {
      route.targets().stream()
          .map(Target::backend)
          .forEach(backend -> backends.put(backend.name(), backend));
    }
  }

  /// Reads a file to look at it.
  ///
  /// @param isAsked whether servers are asked; keys need not be there otherwise
  static ExitRoutes read(Surroundings surroundings, Path file, Networks networks, boolean isAsked) {
    Upstream nobody =
        (ask, key, events, cancellation) -> {
          throw new AttemptException(FailureClass.TRANSIENT, "is only looked at");
        };
    try {
      Routes routes =
          RoutesFile.read(
              file,
              new RoutesFile.Surroundings(
                  name -> key(surroundings, name, isAsked),
                  Optional.of(new RoutesFile.OwnEngine(nobody, "")),
                  networks::of,
                  spec -> nobody,
                  new WallTime(surroundings.clock())));
      return new ExitRoutes(file, routes);
    } catch (GatewayException broken) {
      throw new CliException(String.valueOf(broken.getMessage()), broken);
    }
  }

  private static Optional<String> key(Surroundings surroundings, String name, boolean isAsked) {
    Optional<String> value = Optional.ofNullable(surroundings.environment().get(name));
    return isAsked ? value : value.or(() -> Optional.of("not-needed"));
  }

  Routes routes() {
    return routes;
  }

  /// Backends of other people, by name.
  Set<String> vendors() {
    Set<String> found = new TreeSet<>();
    backends.values().stream()
        .filter(backend -> !backend.isLocal())
        .forEach(backend -> found.add(backend.name()));
    return found;
  }

  Map<String, Backend> backends() {
    return backends;
  }

  /// The backends that names mean: `all` are vendors, `network` is what is not on this machine.
  Set<String> meant(List<String> names) {
    Set<String> meant = new TreeSet<>();
    for (String name : names) {
      switch (name) {
        case ALL -> meant.addAll(vendors());
        case NETWORK ->
            backends.values().stream()
                .filter(ExitRoutes::isElsewhere)
                .forEach(backend -> meant.add(backend.name()));
        default -> {
          if (!backends.containsKey(name) || backends.get(name).isEngine()) {
            throw unknown(name);
          }
          meant.add(name);
        }
      }
    }
    if (meant.isEmpty()) {
      throw new CliException(
          "--cut %s: no route of %s has such a backend".formatted(String.join(",", names), file));
    }
    return meant;
  }

  private CliException unknown(String name) {
    Set<String> known = new TreeSet<>(backends.keySet());
    known.remove(RoutesFile.ENGINE);
    return new CliException(
        Exit.USAGE,
        "--cut %s: no route of %s has this backend".formatted(Failure.printable(name), file),
        "There are %s; all means vendors, network what is not on this machine."
            .formatted(String.join(", ", known)));
  }

  /// Whether it is reached over a network: its address is not one of this machine.
  private static boolean isElsewhere(Backend backend) {
    if (!(backend.upstream() instanceof HttpUpstream server)) {
      return false;
    }
    String host = server.uri().getHost();
    boolean isHere =
        host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}") || host.equals("[::1]");
    return !isHere;
  }
}
