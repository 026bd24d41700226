package dev.freehold.gateway.engine;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.Network;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The supervised engines of the configuration in use. One that another configuration names alike
/// goes on; one that it does not name is drained and stopped.
public final class Engines implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Network network;
  private final Time time;
  private final Consumer<String> told;
  private final EngineRegister register;
  private final EngineEnvironment environment;
  private final Map<EngineSpec, SupervisedEngine> engines = new HashMap<>();

  /// @param told what happens to them, in one line each
  /// @param register where their processes are written down
  /// @param environment what they are started with
  public Engines(
      Network network,
      Time time,
      Consumer<String> told,
      EngineRegister register,
      EngineEnvironment environment) {
    this.network = network;
    this.time = time;
    this.told = told;
    this.register = register;
    this.environment = environment;
  }

  /// The engine of a description; it runs from the next [#use] that names it.
  public Upstream of(EngineSpec spec) {
    return new Named(spec);
  }

  /// Starts what is named and does not run, and stops what runs and is not named.
  ///
  /// @param secrets variables that engines which are started from now on do not get
  public synchronized void use(Set<EngineSpec> specs, Set<String> secrets) {
    environment.withhold(secrets);
    List<SupervisedEngine> dropped = new ArrayList<>();
    engines
        .entrySet()
        .removeIf(entry -> !specs.contains(entry.getKey()) && dropped.add(entry.getValue()));
    dropped.forEach(engine -> Thread.startVirtualThread(() -> engine.close(PATIENCE)));
    specs.forEach(spec ->
        engines.computeIfAbsent(
            spec,
            unseen -> new SupervisedEngine(spec, network, time, told, register, environment)));
  }

  private synchronized SupervisedEngine find(EngineSpec spec) {
    SupervisedEngine engine = engines.get(spec);
    if (engine == null) {
      throw new AttemptException(
          FailureClass.TRANSPORT, "the engine %s does not run".formatted(spec.name()));
    }
    return engine;
  }

  @Override
  public synchronized void close() {
    engines.values().forEach(SupervisedEngine::close);
    engines.clear();
  }

  /// An engine by its description.
  private final class Named implements Upstream {
    private final EngineSpec spec;

    Named(EngineSpec spec) {
      this.spec = spec;
    }

    @Override
    public Answered ask(
        Ask ask, Secret key, Consumer<ChatEvent> events, Cancellation cancellation) {
      return find(spec).ask(ask, key, events, cancellation);
    }
  }
}
