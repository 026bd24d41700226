package dev.freehold.cli;

import dev.freehold.chat.ChatBackend;
import dev.freehold.eval.Candidate;
import dev.freehold.eval.Meter;
import dev.freehold.gateway.Gateway;
import dev.freehold.gateway.Ledger;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.WallTime;
import dev.freehold.gateway.engine.Engines;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.upstream.HttpUpstream;
import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.gateway.upstream.Settings;
import dev.freehold.gateway.upstream.Shape;
import dev.freehold.gateway.upstream.Way;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Servers that an evaluation asks: the routes of a gateway's file, and addresses in OpenAI's form
/// that need no key.
final class EvalServers implements AutoCloseable {
  private final Networks networks = new Networks();
  private final Time time;
  private final Engines engines;
  private final AtExit interrupted;
  private final Optional<Gateway> gateway;

  /// @param file the gateway's, where one is named
  EvalServers(Surroundings surroundings, Optional<Path> file) {
    this.time = new WallTime(surroundings.clock());
    this.engines =
        new Engines(
            networks.of(Way.direct(Limits.DEFAULT.connect())),
            time,
            surroundings.err()::println,
            EnginePlaces.register(surroundings),
            EnginePlaces.environment());
    this.interrupted = new AtExit(engines::close);
    this.gateway =
        file.map(
            path -> new Gateway(read(surroundings, path), Ledger.NONE, time, new SecureRandom()));
  }

  private Routes read(Surroundings surroundings, Path file) {
    Routes routes =
        RoutesFile.read(
            file,
            new RoutesFile.Surroundings(
                name -> Optional.ofNullable(surroundings.environment().get(name)),
                Optional.empty(),
                networks::of,
                engines::of,
                time));
    engines.use(routes.engines(), routes.upkeep().keyVariables());
    return routes;
  }

  /// The server that is meant, where one is.
  Optional<Candidate> find(String name, Meter meter) {
    if (name.startsWith("http://") || name.startsWith("https://")) {
      return Optional.of(address(name, meter));
    }
    if (gateway.isPresent() && gateway.get().routes().routes().containsKey(name)) {
      return Optional.of(candidate(name, "a route of the gateway", gateway.get(), name, meter));
    }
    return Optional.empty();
  }

  /// The routes that can be asked.
  Set<String> names() {
    return gateway
        .map(there -> new TreeSet<>(there.routes().routes().keySet()))
        .orElseGet(TreeSet::new);
  }

  /// What `http://host:port/v1#model` means.
  private Candidate address(String name, Meter meter) {
    URI uri;
    try {
      uri = URI.create(name);
    } catch (IllegalArgumentException wrong) {
      throw notOne(name);
    }
    boolean isAddress = uri.getHost() != null && uri.getUserInfo() == null;
    if (!isAddress || uri.getFragment() == null || uri.getFragment().isEmpty()) {
      throw notOne(name);
    }
    HttpUpstream server =
        HttpUpstream.of(
            Shape.OPENAI,
            new HttpUpstream.Address(name, URI.create(name.substring(0, name.indexOf('#')))),
            new Settings(true, "max_tokens", Settings.DEFAULT.maxAnswer()),
            networks.of(Way.direct(Limits.DEFAULT.connect())),
            time);
    return candidate(name, "a server in OpenAI's form", server, uri.getFragment(), meter);
  }

  private static CliException notOne(String name) {
    return new CliException(
        Exit.USAGE,
        "%s: expected an address and a model, as http://127.0.0.1:8080/v1#small".formatted(name),
        "Servers that need a key stand in a gateway's file, which --gateway names.");
  }

  private static Candidate candidate(
      String name, String detail, ChatBackend backend, String model, Meter meter) {
    return new Candidate(name, detail, new Candidate.Source.Asked(backend, model, meter));
  }

  @Override
  public void close() {
    interrupted.close();
    engines.close();
    networks.close();
  }
}
