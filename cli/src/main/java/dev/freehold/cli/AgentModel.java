package dev.freehold.cli;

import dev.freehold.agent.run.AgentSettings.CallForm;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.ServedModel.Capability;
import dev.freehold.engine.Capabilities;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.LocalModel;
import dev.freehold.engine.MachineMemory;
import dev.freehold.eval.Candidate;
import dev.freehold.eval.Meter;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalInt;

/// The model that an agent works with: one of this machine, a route of a gateway, or a server.
final class AgentModel implements AutoCloseable {
  /// Longer contexts of models of this machine are asked for with `--context`.
  private static final int USUAL_CONTEXT = 16_384;

  private final Closing closing = new Closing();
  private final ChatBackend backend;
  private final String requested;
  private final String told;
  private final OptionalInt context;
  private final CallForm form;
  private final Sampling defaults;
  private final Optional<Computation> computation;

  /// @param name a file, a name, a route of the gateway, or an address with a model; the usual
  ///   model where there is none
  /// @param context tokens of prompt and answer together
  /// @param time that chat templates are told, where it is not the time of each answer
  AgentModel(
      Surroundings surroundings,
      Optional<String> name,
      Optional<Path> gateway,
      OptionalInt context,
      ArithmeticOptions arithmetic,
      Optional<LocalDateTime> time) {
    Optional<Candidate> server = Optional.empty();
    boolean isServer = gateway.isPresent() || name.filter(n -> n.startsWith("http")).isPresent();
    if (isServer && name.isPresent()) {
      EvalServers servers = new EvalServers(surroundings, gateway);
      closing.push(servers);
      server = servers.find(name.get(), Meter.NONE);
    }
    if (server.isPresent() && server.get().source() instanceof Candidate.Source.Asked asked) {
      backend = asked.backend();
      requested = asked.model();
      told = "%s (%s)".formatted(server.get().name(), server.get().detail());
      this.context = context;
      form = CallForm.TOOLS;
      defaults = Sampling.UNSAID;
      computation = Optional.empty();
      return;
    }
    FoundModel found = Models.findOrDefault(surroundings, name);
    new AuditPolicy(surroundings).requirePermitted(found);
    Model model = Models.openQuickly(surroundings, found, arithmetic);
    closing.push(model::close);
    LocalModel local = Models.local(surroundings, found, model, Optional.empty());
    int most = model.architecture().contextLength();
    LocalBackend engine =
        new LocalBackend(
            local,
            new EngineOptions(
                OptionalInt.of(Math.min(context.orElse(USUAL_CONTEXT), most)),
                EngineOptions.DEFAULT_STEP,
                MachineMemory.availableBytes(),
                time.map(AgentModel::fixed).orElse(surroundings.clock())));
    closing.push(engine::close);
    backend = engine;
    requested = "";
    this.context = OptionalInt.of(engine.contextLength());
    form = Capabilities.of(local).contains(Capability.TOOLS) ? CallForm.TOOLS : CallForm.JSON;
    told =
        "%s, context %d tokens%s"
            .formatted(
                found.name(),
                engine.contextLength(),
                form == CallForm.JSON ? ", tools called as JSON: its template knows none" : "");
    defaults = local.defaults();
    computation = Optional.of(Computation.of(found, model, arithmetic.modelOptions(), time));
  }

  private static Clock fixed(LocalDateTime time) {
    return Clock.fixed(time.toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
  }

  /// What decides the bits of its answers; empty where it is none of this machine.
  Optional<Computation> computation() {
    return computation;
  }

  ChatBackend backend() {
    return backend;
  }

  /// The name that requests carry.
  String requested() {
    return requested;
  }

  /// What it is, in words.
  String told() {
    return told;
  }

  OptionalInt context() {
    return context;
  }

  CallForm form() {
    return form;
  }

  Sampling defaults() {
    return defaults;
  }

  @Override
  public void close() {
    closing.close();
  }
}
