package dev.freehold.gateway.route;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Puts the candidates for a request into an order: what policy forbids and what cannot do it is
/// left out, the engine of this process comes last where the route does not say otherwise.
public final class Planner {
  /// A prompt of this many characters for each token of the context surely does not fit.
  private static final int CHARACTERS_PER_TOKEN = 8;

  private final Affinity affinity;
  private final Pace pace;
  private final RandomGenerator random;

  public Planner(Affinity affinity, Pace pace, RandomGenerator random) {
    this.affinity = affinity;
    this.pace = pace;
    this.random = random;
  }

  /// What is asked, in this order.
  ///
  /// @param localOnly why the request must not leave; empty where it may
  public record Plan(List<Candidate> candidates, Optional<String> localOnly) {
    public Plan {
      candidates = List.copyOf(candidates);
    }
  }

  /// @throws ChatException where nobody may be asked or can do it
  public Plan plan(ChatRequest request, Route route, Routes routes) {
    Optional<String> localOnly = localOnly(request, route, routes);
    List<Target> allowed =
        route.targets().stream()
            .filter(target -> localOnly.isEmpty() || target.backend().isLocal())
            .toList();
    if (allowed.isEmpty()) {
      throw new ChatException(
          Kind.UNAVAILABLE,
          "this request must not leave the machines of one's own, since %s, and the route %s has no"
                  .formatted(localOnly.orElse("nothing"), route.name())
              + " target on them; add one, or send it elsewhere on purpose",
          Duration.ZERO);
    }
    Set<Ability> needed = Needs.of(request);
    long characters = Needs.characters(request.input());
    List<Target> able = new ArrayList<>();
    for (Target target : allowed) {
      boolean fits = target.context() == 0 || characters / CHARACTERS_PER_TOKEN < target.context();
      if (target.abilities().containsAll(needed) && fits) {
        able.add(target);
      }
    }
    if (able.isEmpty()) {
      throw unable(route, allowed, needed);
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Target target : ordered(able, request, route)) {
      for (int key = 0; key < target.backend().keys().size(); key++) {
        candidates.add(new Candidate(target, key));
      }
    }
    return new Plan(candidates, localOnly);
  }

  private static ChatException unable(Route route, List<Target> allowed, Set<Ability> needed) {
    if (allowed.stream().noneMatch(target -> target.abilities().containsAll(needed))) {
      return new ChatException(
          Kind.NOT_SUPPORTED,
          "",
          "no target of the route %s can do what this request needs: %s"
              .formatted(
                  route.name(),
                  String.join(", ", needed.stream().map(Ability::key).sorted().toList())));
    }
    int largest = allowed.stream().mapToInt(Target::context).max().orElse(0);
    return new ChatException(
        Kind.CONTEXT_EXCEEDED,
        "",
        "the prompt does not fit any target of the route %s, whose largest context is %d tokens"
            .formatted(route.name(), largest));
  }

  /// Why a request must not leave machines of one's own; empty where it may.
  static Optional<String> localOnly(ChatRequest request, Route route, Routes routes) {
    if (request.caller().handling().localOnly()) {
      return Optional.of("its header x-freehold-local-only says so");
    }
    if (route.policy().isLocalOnly()) {
      return Optional.of("the route %s is local-only".formatted(route.name()));
    }
    if (routes.localOnlyCallers().contains(request.caller().name())) {
      return Optional.of("the key %s is local-only".formatted(request.caller().name()));
    }
    return route.policy().keepsPersonalData()
        ? PersonalData.find(request.input()).map(found -> "it holds " + found)
        : Optional.empty();
  }

  private List<Target> ordered(List<Target> able, ChatRequest request, Route route) {
    List<Target> rest = new ArrayList<>(able);
    List<Target> last = new ArrayList<>();
    if (route.order() != Route.Order.LISTED) {
      rest.removeIf(target -> target.backend().isEngine() && last.add(target));
    }
    List<Target> ordered =
        switch (route.order()) {
          case LISTED -> rest;
          case CHEAPEST -> rest.stream().sorted(Comparator.comparingDouble(Target::cost)).toList();
          case FASTEST -> rest.stream().sorted(Comparator.comparingDouble(pace::of)).toList();
          case WEIGHTED -> weighted(rest);
        };
    List<Target> all = new ArrayList<>(ordered);
    all.addAll(last);
    if (route.isSticky()) {
      Optional<String> usual = affinity.target(Affinity.key(request, route));
      usual.ifPresent(
          id -> all.sort(Comparator.comparingInt(target -> target.id().equals(id) ? 0 : 1)));
    }
    return all;
  }

  private List<Target> weighted(List<Target> targets) {
    List<Target> rest = new ArrayList<>(targets);
    List<Target> ordered = new ArrayList<>();
    while (!rest.isEmpty()) {
      double sum = rest.stream().mapToDouble(Target::weight).sum();
      double at = random.nextDouble() * sum;
      int chosen = 0;
      while (chosen < rest.size() - 1 && at >= rest.get(chosen).weight()) {
        at -= rest.get(chosen++).weight();
      }
      ordered.add(rest.remove(chosen));
    }
    return ordered;
  }
}
