package dev.freehold.gateway.ledger;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// What requests took, as a ledger tells.
///
/// @param rows in the order of their names
/// @param total of all rows
/// @param failovers which answers there would not have been
/// @param unrecorded requests that were served while the ledger could not be written
public record Usage(List<Row> rows, Row total, List<Failover> failovers, long unrecorded) {
  public Usage {
    rows = List.copyOf(rows);
    failovers = List.copyOf(failovers);
  }

  /// Sums over some requests.
  ///
  /// @param outcomes how many requests ended in each way
  /// @param costMicros by currency, of the requests whose cost is known
  /// @param unpriced requests that took tokens whose cost is unknown
  /// @param unsettledMicros at most so much more, by currency, for those that are open or
  ///   interrupted
  /// @param unsettled requests that are open or interrupted
  /// @param millijoules by the name of [Energy.Source]
  /// @param saved answers that a failover saved
  public record Row(
      String name,
      long requests,
      SortedMap<String, Long> outcomes,
      Tokens tokens,
      SortedMap<String, Long> costMicros,
      long unpriced,
      SortedMap<String, Long> unsettledMicros,
      long unsettled,
      Optional<Latency> firstToken,
      Optional<Latency> whole,
      SortedMap<String, Long> millijoules,
      long saved) {
    /// Requests that were answered whole.
    public long ok() {
      return outcomes.getOrDefault(Settlement.OK, 0L);
    }
  }

  /// Sums of tokens, as [TokenCounts] tells them apart.
  public record Tokens(long prompt, long cached, long completion, long reasoning) {
    /// The part of the prompts' tokens that was read from a cache; 0 where there are none.
    public double cachedShare() {
      return prompt == 0 ? 0 : (double) cached / prompt;
    }
  }

  /// What half and 95 of 100 requests stayed within, in microseconds, to three digits.
  public record Latency(long p50, long p95) {}

  /// Answers that were given because another backend was asked.
  ///
  /// @param failed who failed first
  /// @param failure the class of its failure
  /// @param served who answered
  /// @param completionTokens of those answers
  public record Failover(
      String failed, String failure, String served, long requests, long completionTokens) {}
}
