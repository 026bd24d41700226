package dev.freehold.cli.exit;

import dev.freehold.eval.score.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What users noticed of the requests of some span of time, as a ledger tells them.
public final class Window {
  private static final String OK = "ok";
  private static final double MICROS = 1000;
  private static final int MOST_TIMES = 1_000_000;

  private final SortedMap<String, Long> served = new TreeMap<>();
  private final SortedMap<String, Long> failures = new TreeMap<>();
  private final SortedMap<String, Long> failedAttempts = new TreeMap<>();
  private final SortedMap<String, Long> costMicros = new TreeMap<>();
  private final List<Double> first = new ArrayList<>();
  private final List<Double> whole = new ArrayList<>();
  private final List<Double> lost = new ArrayList<>();
  private long requests;
  private long answered;
  private long partial;
  private long cancelled;
  private long open;
  private long unpriced;
  private long millijoules;

  /// Adds a request as a line of `usage export` has it.
  public void add(JsonNode request) {
    requests++;
    String outcome = request.path("outcome").asString("");
    if (outcome.equals("open") || outcome.equals("interrupted")) {
      open++;
      return;
    }
    if (outcome.equals(OK)) {
      answered++;
      count(served, target(request), 1);
      time(whole, request.path("whole_micros"));
      time(first, request.path("first_token_micros"));
    } else if (outcome.equals("cancelled")) {
      cancelled++;
    } else {
      partial += outcome.startsWith("partial") ? 1 : 0;
      count(failures, outcome, 1);
    }
    attempts(request);
    JsonNode cost = request.path("cost_micros");
    String currency = request.path("currency").asString("");
    if (cost.isNumber()) {
      if (!currency.isEmpty()) { // where nobody answered there is nothing to pay, in no currency
        count(costMicros, currency, cost.asLong(0));
      }
    } else {
      unpriced++;
    }
    millijoules += request.path("millijoules").asLong(0);
  }

  private void attempts(JsonNode request) {
    boolean hasFailed = false;
    double last = 0;
    for (JsonNode attempt : request.path("attempts")) {
      String outcome = attempt.path("outcome").asString("");
      last = attempt.path("micros").asLong(0);
      if (!outcome.equals(OK)) {
        hasFailed = true;
        count(failedAttempts, attempt.path("backend").asString("") + ": " + outcome, 1);
      }
    }
    if (hasFailed && lost.size() < MOST_TIMES) {
      lost.add(Math.max(0, request.path("whole_micros").asLong(0) - last) / MICROS);
    }
  }

  private static String target(JsonNode request) {
    return request.path("backend").asString("") + "/" + request.path("model").asString("");
  }

  private static void time(List<Double> times, JsonNode micros) {
    if (micros.isNumber() && times.size() < MOST_TIMES) {
      times.add(micros.asLong(0) / MICROS);
    }
  }

  private static void count(Map<String, Long> counts, String name, long more) {
    counts.merge(name, more, Long::sum);
  }

  public long requests() {
    return requests;
  }

  /// Those with a whole answer.
  public long answered() {
    return answered;
  }

  /// Those whose answer broke off after a part was told.
  public long partial() {
    return partial;
  }

  /// Those that failed, partial ones included.
  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  public long cancelled() {
    return cancelled;
  }

  /// Those without an end.
  public long open() {
    return open;
  }

  /// Answers by who gave them: `backend/model`.
  public SortedMap<String, Long> served() {
    return served;
  }

  public SortedMap<String, Long> failures() {
    return failures;
  }

  /// Attempts that failed, whether another target answered or not: `backend: failure`.
  public SortedMap<String, Long> failedAttempts() {
    return failedAttempts;
  }

  /// What is known of the cost, by currency.
  public SortedMap<String, Long> costMicros() {
    return costMicros;
  }

  /// Requests whose cost is unknown.
  public long unpriced() {
    return unpriced;
  }

  public double joules() {
    return millijoules / 1e3;
  }

  /// Milliseconds to the first piece of answers.
  public Quantiles first() {
    return quantiles(first);
  }

  /// Milliseconds to the end of answers.
  public Quantiles whole() {
    return quantiles(whole);
  }

  /// Milliseconds that went by before the last attempt began, of the requests of which an attempt
  /// failed.
  public Quantiles lost() {
    return quantiles(lost);
  }

  /// How many requests had an attempt that failed.
  public int delayed() {
    return lost.size();
  }

  private static Quantiles quantiles(List<Double> times) {
    return new Quantiles(times.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /// A quantile; empty where there is no value.
  public static Optional<Double> at(Quantiles times, double share) {
    return times.isEmpty() ? Optional.empty() : Optional.of(times.at(share));
  }
}
