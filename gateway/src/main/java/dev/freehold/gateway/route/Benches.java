package dev.freehold.gateway.route;

import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.Failure;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.failure.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Circuit breakers: which targets, keys and backends are not asked for a while after they failed.
///
/// When that time is over, one request goes there as a probe while others still go elsewhere. When
/// it succeeds all go there again, when it fails the time is doubled.
public final class Benches {
  private static final int MAX_BENCHES = 10_000;
  private static final Duration PROBE_LIMIT = Duration.ofMinutes(2);

  private final Time time;
  private final Map<String, Bench> benches = new HashMap<>();

  /// What is known of a target, key or backend that failed.
  private static final class Bench {
    private int failures;
    private Duration last = Duration.ZERO;
    private long untilNanos;
    private boolean isOut;
    private long probeNanos;
    private boolean isProbed;
    private FailureClass type = FailureClass.TRANSIENT;
  }

  /// A target, key or backend that is not asked now.
  ///
  /// @param left until it is probed
  public record Benched(String what, FailureClass type, Duration left) {}

  public Benches(Time time) {
    this.time = time;
  }

  /// Whether a candidate may be asked, as a probe or not; whoever is told so tells what came of it.
  public synchronized boolean enter(Candidate candidate) {
    if (left(candidate).isPresent()) {
      return false;
    }
    long now = time.nanos();
    for (Bench bench : of(candidate)) {
      if (bench.isOut) {
        bench.isProbed = true;
        bench.probeNanos = now;
      }
    }
    return true;
  }

  /// How long a candidate is not asked; empty where it may be.
  public synchronized Optional<Benched> left(Candidate candidate) {
    long now = time.nanos();
    Optional<Benched> longest = Optional.empty();
    for (Rule.Scope scope : scopes()) {
      String name = candidate.bench(scope);
      Bench bench = benches.get(name);
      if (bench == null || !bench.isOut) {
        continue;
      }
      long left = bench.untilNanos - now;
      if (left <= 0 && bench.isProbed) {
        left = bench.probeNanos + PROBE_LIMIT.toNanos() - now;
      }
      if (left > 0 && (longest.isEmpty() || left > longest.get().left().toNanos())) {
        longest = Optional.of(new Benched(name, bench.type, Duration.ofNanos(left)));
      }
    }
    return longest;
  }

  private static List<Rule.Scope> scopes() {
    return List.of(Rule.Scope.TARGET, Rule.Scope.KEY, Rule.Scope.BACKEND);
  }

  private List<Bench> of(Candidate candidate) {
    List<Bench> found = new ArrayList<>();
    for (Rule.Scope scope : scopes()) {
      Optional.ofNullable(benches.get(candidate.bench(scope))).ifPresent(found::add);
    }
    return found;
  }

  /// The candidate answered.
  public synchronized void succeeded(Candidate candidate) {
    for (Rule.Scope scope : scopes()) {
      benches.remove(candidate.bench(scope));
    }
  }

  /// What became of the candidate is not known: the client went away, or the request itself was the
  /// reason.
  public synchronized void left(Candidate candidate, boolean isReached) {
    if (isReached) {
      succeeded(candidate);
      return;
    }
    of(candidate).forEach(bench -> bench.isProbed = false);
  }

  /// The candidate failed.
  public synchronized void failed(Candidate candidate, Failure failure) {
    Rule rule = failure.type().rule();
    if (candidate.target().backend().isEngine()) {
      return;
    }
    if (rule.scope() == Rule.Scope.REQUEST) {
      left(candidate, true);
      return;
    }
    of(candidate).forEach(other -> other.isProbed = false);
    if (benches.size() > MAX_BENCHES) {
      benches.values().removeIf(bench -> !bench.isOut);
    }
    Bench bench = benches.computeIfAbsent(candidate.bench(rule.scope()), name -> new Bench());
    bench.failures++;
    bench.type = failure.type();
    boolean isAsked = !failure.retryAfter().isZero();
    if (bench.isOut || bench.failures >= rule.opensAfter() || isAsked) {
      Duration next = bench.last.isZero() ? rule.bench() : bench.last.multipliedBy(2);
      next = next.compareTo(rule.most()) > 0 ? rule.most() : next;
      // A date that the server gives is obeyed, and does not count as a failed probe.
      boolean isDated = isAsked && !bench.isOut && bench.failures < rule.opensAfter();
      Duration out = isDated ? failure.retryAfter() : longer(next, failure.retryAfter());
      bench.last = isDated ? bench.last : next;
      bench.untilNanos = time.nanos() + out.toNanos();
      bench.isOut = true;
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /// Asks these backends and their targets again, where they are left alone since they could not be
  /// reached, were silent or broke off.
  public synchronized void forget(Set<String> backends) {
    Set<FailureClass> types =
        EnumSet.of(FailureClass.TRANSPORT, FailureClass.SILENT, FailureClass.CUT);
    benches
        .entrySet()
        .removeIf(entry -> types.contains(entry.getValue().type) && isOf(entry.getKey(), backends));
  }

  private static boolean isOf(String bench, Set<String> backends) {
    return backends.stream()
        .anyMatch(
            name -> bench.equals("backend " + name) || bench.startsWith("target " + name + "/"));
  }

  /// All that is not asked now.
  public synchronized List<Benched> all() {
    long now = time.nanos();
    List<Benched> all = new ArrayList<>();
    benches.forEach((name, bench) -> {
      if (bench.isOut) {
        long left = Math.max(0, bench.untilNanos - now);
        all.add(new Benched(name, bench.type, Duration.ofNanos(left)));
      }
    });
    return all;
  }
}
