package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.MachineMemory;
import dev.freehold.engine.ModelPool;
import dev.freehold.engine.PoolOptions;
import dev.freehold.engine.Scheduling;
import dev.freehold.eval.Candidate;
import dev.freehold.eval.Meter;
import dev.freehold.hub.FoundModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The models that workflows ask, by name: routes of a gateway, servers, and the models of this
/// machine; nothing is opened before it is asked.
final class WorkflowModels implements ChatBackend, AutoCloseable {
  private final Surroundings surroundings;
  private final ArithmeticOptions arithmetic;
  private final Optional<Path> gateway;
  private final AtomicBoolean isAnnounced = new AtomicBoolean();
  private @Nullable EvalServers servers;
  private @Nullable ModelPool pool;

  WorkflowModels(Surroundings surroundings, ArithmeticOptions arithmetic, Optional<Path> gateway) {
    this.surroundings = surroundings;
    this.arithmetic = arithmetic;
    this.gateway = gateway;
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    String name = request.model();
    if (name.isEmpty() && !isAnnounced.getAndSet(true)) {
      announce();
    }
    boolean isServer = gateway.isPresent() || name.startsWith("http");
    Optional<Candidate> server =
        isServer && !name.isEmpty() ? servers().find(name, Meter.NONE) : Optional.empty();
    if (server.isPresent() && server.get().source() instanceof Candidate.Source.Asked asked) {
      asked.backend().answer(request.withModel(asked.model()), events, cancellation);
    } else {
      pool().answer(request, events, cancellation);
    }
  }

  private void announce() {
    if (Models.usualName(surroundings).isEmpty()) {
      DemoModel.announce(surroundings.err());
    }
  }

  private synchronized EvalServers servers() {
    EvalServers there = servers;
    if (there == null) {
      there = new EvalServers(surroundings, gateway);
      servers = there;
    }
    return there;
  }

  private synchronized ModelPool pool() {
    ModelPool there = pool;
    if (there == null) {
      FoundModel usual =
          Models.find(surroundings, Models.usualName(surroundings).orElse(DemoModel.NAME));
      MachineModels source =
          new MachineModels(surroundings, arithmetic, List.of(), usual, Optional.empty());
      EngineOptions engine =
          new EngineOptions(
              OptionalInt.empty(),
              EngineOptions.DEFAULT_STEP,
              0,
              surroundings.clock(),
              Scheduling.DEFAULT);
      there =
          new ModelPool(
              source,
              new PoolOptions(
                  MachineMemory.availableBytes(),
                  PoolOptions.DEFAULT_STATE_SHARE,
                  PoolOptions.DEFAULT_KEEP_ALIVE,
                  engine));
      pool = there;
    }
    return there;
  }

  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.close();
    }
    if (servers != null) {
      servers.close();
    }
  }
}
