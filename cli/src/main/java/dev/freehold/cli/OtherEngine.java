package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.gateway.Gateway;
import dev.freehold.gateway.Ledger;
import dev.freehold.gateway.WallTime;
import dev.freehold.gateway.engine.EngineEnvironment;
import dev.freehold.gateway.engine.EngineProgram;
import dev.freehold.gateway.engine.EngineRegister;
import dev.freehold.gateway.engine.EngineSpec;
import dev.freehold.gateway.engine.SupervisedEngine;
import dev.freehold.gateway.route.Ability;
import dev.freehold.gateway.route.Backend;
import dev.freehold.gateway.route.Retrying;
import dev.freehold.gateway.route.Route;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.Target;
import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Network;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Settings;
import dev.freehold.gateway.upstream.Shape;
import dev.freehold.gateway.upstream.Way;
import dev.freehold.hub.FoundModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/// One model, computed by an engine of another project that Freehold starts and looks after.
///
/// It is asked by way of a route of its own, so that an answer within which the engine ends goes on
/// when it is there again.
final class OtherEngine implements ChatBackend, AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(30);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(50);

  /// It works as long as the client wants; one that is silent altogether is started again.
  private static final Limits PATIENT =
      new Limits(
          Limits.DEFAULT.connect(),
          Duration.ofMinutes(30),
          Duration.ofMinutes(30),
          Duration.ofMinutes(5),
          Duration.ofDays(1),
          Limits.DEFAULT.afterFinish(),
          Limits.Sizes.DEFAULT);

  private final EngineChoice.Other other;
  private final FoundModel found;
  private final Path log;
  private final Networks networks = new Networks();
  private final SupervisedEngine engine;
  private final Gateway gateway;

  /// Starts the engine.
  ///
  /// @param context tokens of prompt and answer together
  /// @param secrets environment variables that it does not get
  OtherEngine(
      Surroundings surroundings,
      EngineChoice.Other other,
      FoundModel found,
      OptionalInt context,
      Set<String> secrets) {
    this.other = other;
    this.found = found;
    String name = other.program().key();
    Path folder = EnginePlaces.folder(surroundings);
    this.log = folder.resolve(name + ".log");
    EngineRegister register = EnginePlaces.register(surroundings);
    WallTime time = new WallTime(surroundings.clock());
    EngineSpec spec =
        new EngineSpec(
            name,
            other
                .program()
                .command(
                    other.file(),
                    new EngineProgram.Model(found.name(), found.path(), context),
                    other.options()),
            Shape.OPENAI,
            new Settings(true, "max_tokens", Settings.DEFAULT.maxAnswer()),
            "/v1",
            "/health",
            START_LIMIT,
            log);
    makeFolder(folder);
    Network network = networks.of(Way.direct(PATIENT.connect()));
    EngineEnvironment environment = EnginePlaces.environment();
    environment.withhold(secrets);
    this.engine =
        new SupervisedEngine(
            spec, network, time, surroundings.err()::println, register, environment);
    Target target =
        new Target(
            new Backend(name, true, false, engine, List.of(Secret.NONE), PATIENT),
            found.name(),
            Set.of(Ability.TOOLS, Ability.SCHEMA, Ability.GUIDED, Ability.IMAGES, Ability.CONTINUE),
            0,
            1,
            0);
    Route route =
        new Route(
            found.name(),
            List.of(target),
            Route.Order.LISTED,
            false,
            Route.Policy.OPEN,
            Route.Delivery.USUAL);
    Routes routes =
        new Routes(
            Map.of(found.name(), route), Optional.empty(), Set.of(), Retrying.DEFAULT, Set.of());
    this.gateway = new Gateway(routes, Ledger.NONE, time, new SecureRandom());
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new CliException("%s: cannot be made: %s".formatted(folder, failure), failure);
    }
  }

  /// The name of the program.
  String name() {
    return other.program().key();
  }

  /// What a person should know, in one line.
  String told() {
    return "%s answers, not Freehold's engine: no receipts, and nothing is promised of its numbers"
        .formatted(other);
  }

  /// Waits until the engine can be asked.
  ///
  /// @throws CliException where it ends before that
  void awaitReady() {
    while (!engine.isReady()) {
      if (engine.ends() > 0) {
        throw new CliException(
            Exit.FAILURE,
            "%s ended, or was not ready, with %s".formatted(other, found.name()),
            "What it printed is in %s.".formatted(log));
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new CliException(Exit.INTERRUPTED, "stopped while %s started".formatted(other), "");
      }
    }
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    if (request.output().receipt()) {
      throw refused("receipt", "receipts are of Freehold's own engine");
    }
    if (!request.output().logprobs().equals(Logprobs.NONE)) {
      throw refused("logprobs", "probabilities are told of Freehold's own engine only");
    }
    if (!(request.input() instanceof Input.Conversation)) {
      throw refused("prompt", "text without a template is continued by Freehold's own engine only");
    }
    gateway.answer(request.withModel(found.name()), events, cancellation);
  }

  private ChatException refused(String field, String why) {
    return refused(field, why, name());
  }

  /// What only Freehold's engine does.
  static ChatException refused(String field, String why, String engine) {
    return new ChatException(
        Kind.NOT_SUPPORTED, field, "%s; %s answers here (--engine)".formatted(why, engine));
  }

  @Override
  public void close() {
    engine.close(DRAIN_LIMIT);
    networks.close();
  }
}
