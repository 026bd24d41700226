package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.gateway.cut.Cuts;
import dev.freehold.gateway.failure.Failure;
import dev.freehold.gateway.route.Affinity;
import dev.freehold.gateway.route.Benches;
import dev.freehold.gateway.route.Needs;
import dev.freehold.gateway.route.Pace;
import dev.freehold.gateway.route.Planner;
import dev.freehold.gateway.route.Route;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.Target;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A backend over several: routes each request, and goes on elsewhere where a target fails.
public final class Gateway implements ChatBackend {
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final AtomicReference<Routes> routes;
  private final Ledger ledger;
  private final Parts parts;
  private final Planner planner;

  /// What the requests share, beyond the configuration: it outlives a change of that.
  record Parts(
      Time time,
      RandomGenerator random,
      Benches benches,
      Pace pace,
      Affinity affinity,
      Cuts cuts) {}

  /// @param random for pauses, weights and ids; used by several threads
  public Gateway(Routes routes, Ledger ledger, Time time, RandomGenerator random) {
    this.routes = new AtomicReference<>(routes);
    this.ledger = ledger;
    this.parts =
        new Parts(time, random, new Benches(time), new Pace(), new Affinity(), new Cuts(time));
    this.planner = new Planner(parts.affinity(), parts.pace(), random);
  }

  /// The configuration in use.
  public Routes routes() {
    return routes.get();
  }

  /// Takes another configuration for requests from now on; those that are being answered keep the
  /// old one.
  public void use(Routes newRoutes) {
    routes.set(newRoutes);
  }

  /// Backends that are cut off for a rehearsal.
  public Cuts cuts() {
    return parts.cuts();
  }

  /// Asks these backends again, where they are not asked now since nobody could be reached there.
  public void forget(Set<String> backends) {
    parts.benches().forget(backends);
  }

  /// Targets, keys and backends that are not asked now.
  public List<Benches.Benched> benched() {
    return parts.benches().all();
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    Routes now = routes.get();
    Route route =
        now.find(request.model())
            .orElseThrow(() ->
                new ChatException(
                    Kind.MODEL_NOT_FOUND,
                    "model",
                    "no route of this name; there are: "
                        + String.join(", ", now.routes().keySet())));
    Planner.Plan plan = planner.plan(request, route, now);
    Ledger.Admission admission = admission(request, route, plan);
    Ledger.Account account = ledger.open(admission);
    RoutedAnswer answer =
        new RoutedAnswer(
            parts,
            new RoutedAnswer.Asked(request, route, now.retrying(), plan),
            account,
            ledger == Ledger.NONE ? events : numbered(events, admission.id()),
            cancellation);
    try {
      answer.run();
    } catch (ChatException failed) {
      boolean isUnknown = !now.routes().containsValue(route);
      throw isUnknown && failed.kind() == Kind.MODEL_NOT_FOUND
          ? unknown(request.model(), now, failed)
          : failed;
    }
  }

  /// A name that is no route was meant for this machine, which has no such model either.
  private static ChatException unknown(String name, Routes now, ChatException failed) {
    ChatException told =
        new ChatException(
            Kind.MODEL_NOT_FOUND,
            "model",
            "\"%s\" is no model of this machine and no route; routes are %s"
                .formatted(name, String.join(", ", now.routes().keySet())));
    told.initCause(failed);
    return told;
  }

  /// Tells with who answers where the ledger has it.
  private static Consumer<ChatEvent> numbered(Consumer<ChatEvent> events, String id) {
    return event ->
        events.accept(event instanceof ChatEvent.Served served ? served.withRequest(id) : event);
  }

  private Ledger.Admission admission(ChatRequest request, Route route, Planner.Plan plan) {
    Optional<Integer> most =
        request.ending().maxTokens().isPresent()
            ? Optional.of(request.ending().maxTokens().getAsInt())
            : Optional.empty();
    return new Ledger.Admission(
        HexFormat.of().toHexDigits(parts.random().nextLong())
            + HexFormat.of().toHexDigits(parts.random().nextLong()),
        request,
        route.name(),
        parts.time().instant(),
        estimate(Needs.characters(request.input())),
        most,
        plan.candidates().stream().map(candidate -> told(candidate.target())).distinct().toList());
  }

  static Ledger.Candidate told(Target target) {
    return new Ledger.Candidate(
        target.backend().name(), target.model(), target.backend().isLocal());
  }

  static ChatException allFailed(Failure failure, Route route, Planner.Plan plan, int attempts) {
    Failure told =
        new Failure(
            failure.type(),
            "no target of the route %s answered, after %d attempts%s: %s"
                .formatted(route.name(), attempts, mustStay(plan), failure.message()),
            failure.retryAfter(),
            failure.excess());
    return told.toChat();
  }

  private static String mustStay(Planner.Plan plan) {
    return plan.localOnly()
        .map(reason -> ", and the request must not leave, since " + reason)
        .orElse("");
  }

  static int estimate(long characters) {
    return (int) Math.min(Integer.MAX_VALUE, characters / CHARACTERS_PER_TOKEN + 1);
  }

  static ChatException allBenched(
      Route route, Planner.Plan plan, Optional<Benches.Benched> soonest) {
    return new ChatException(
        Kind.UNAVAILABLE,
        "no target of the route %s is asked now%s: all failed lately%s"
            .formatted(
                route.name(),
                mustStay(plan),
                soonest
                    .map(bench -> ", %s with %s".formatted(bench.what(), bench.type().key()))
                    .orElse("")),
        soonest.map(Benches.Benched::left).orElse(Duration.ZERO));
  }
}
