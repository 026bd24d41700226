package dev.freehold.gateway.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Adds up requests row by row, in memory that does not grow with their number.
final class UsageTally {
  private static final int MOST_NAMES = 1000;
  private static final String OTHERS = "(others)";

  private final String name;
  private final SortedMap<String, Long> outcomes = new TreeMap<>();
  private final SortedMap<String, Long> cost = new TreeMap<>();
  private final SortedMap<String, Long> unsettledCost = new TreeMap<>();
  private final SortedMap<String, Long> millijoules = new TreeMap<>();
  private final Durations firstToken = new Durations();
  private final Durations whole = new Durations();
  private long requests;
  private long prompt;
  private long cached;
  private long completion;
  private long reasoning;
  private long unpriced;
  private long unsettled;
  private long saved;

  /// How often durations occurred, rounded to three digits.
  private static final class Durations {
    private final TreeMap<Long, Long> counts = new TreeMap<>();
    private long all;

    void add(long micros) {
      counts.merge(rounded(Math.max(0, micros)), 1L, Long::sum);
      all++;
    }

    static long rounded(long micros) {
      long unit = 1;
      while (micros / unit >= 1000) {
        unit *= 10;
      }
      return micros / unit * unit + (micros % unit * 2 >= unit ? unit : 0);
    }

    Optional<Usage.Latency> latency() {
      return all == 0
          ? Optional.empty()
          : Optional.of(new Usage.Latency(percentile(50), percentile(95)));
    }

    /// The smallest duration that so many of 100 stayed within.
    private long percentile(int percent) {
      long rank = Math.max(1, (all * percent + 99) / 100);
      long seen = 0;
      for (Map.Entry<Long, Long> entry : counts.entrySet()) {
        seen += entry.getValue();
        if (seen >= rank) {
          return entry.getKey();
        }
      }
      throw new IllegalStateException("no duration of rank " + rank);
    }
  }

  UsageTally(String name) {
    this.name = name;
  }

  /// @param row with the columns of [UsageReader#COLUMNS]
  void add(ResultSet row) throws SQLException {
    requests++;
    add(outcomes, text(row, "outcome"), 1);
    String currency = text(row, "currency");
    if (row.getInt("state") == LedgerStatements.SETTLED) {
      addSettled(row, currency);
    } else {
      unsettled++;
      long bound = row.getLong("bound_micros");
      if (bound > 0) {
        add(unsettledCost, currency, bound);
      }
    }
  }

  private void addSettled(ResultSet row, String currency) throws SQLException {
    prompt = plus(prompt, row.getLong("prompt_tokens"));
    cached = plus(cached, row.getLong("cached_tokens"));
    completion = plus(completion, row.getLong("completion_tokens"));
    reasoning = plus(reasoning, row.getLong("reasoning_tokens"));
    saved += row.getInt("is_saved") == 0 ? 0 : 1;
    long micros = row.getLong("cost_micros");
    if (row.wasNull()) {
      unpriced++;
    } else if (micros > 0) {
      add(cost, currency, micros);
    }
    long joules = row.getLong("millijoules");
    if (joules > 0) {
      add(millijoules, text(row, "energy_source"), joules);
    }
    long first = row.getLong("first_token_micros");
    if (!row.wasNull()) {
      firstToken.add(first);
    }
    if (Settlement.OK.equals(row.getString("outcome"))) {
      whole.add(row.getLong("whole_micros"));
    }
  }

  static String text(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? "" : text;
  }

  private static void add(Map<String, Long> sums, String key, long value) {
    String name = sums.containsKey(key) || sums.size() < MOST_NAMES ? key : OTHERS;
    sums.merge(name, Math.max(0, value), UsageTally::plus);
  }

  private static long plus(long one, long other) {
    long sum = one + Math.max(0, other);
    return sum < one ? Long.MAX_VALUE : sum;
  }

  Usage.Row row() {
    return new Usage.Row(
        name,
        requests,
        outcomes,
        new Usage.Tokens(prompt, cached, completion, reasoning),
        cost,
        unpriced,
        unsettledCost,
        unsettled,
        firstToken.latency(),
        whole.latency(),
        millijoules,
        saved);
  }
}
