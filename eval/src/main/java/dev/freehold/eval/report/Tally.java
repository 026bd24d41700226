package dev.freehold.eval.report;

import dev.freehold.eval.Outcome;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.score.Share;
import java.util.List;

/// How often each outcome was.
///
/// @param label of the group; empty for all
public record Tally(String label, int right, int wrong, int errors, int unjudged, int answered) {
  static Tally of(String label, List<ItemResult> items) {
    return new Tally(
        label,
        count(items, Outcome.RIGHT),
        count(items, Outcome.WRONG),
        count(items, Outcome.ERROR),
        count(items, Outcome.UNJUDGED),
        count(items, Outcome.ANSWERED));
  }

  private static int count(List<ItemResult> items, Outcome outcome) {
    return (int) items.stream().filter(item -> item.outcome() == outcome).count();
  }

  /// The share of right replies; errors and replies without a verdict are not right.
  public Share share() {
    return new Share(right, right + wrong + errors + unjudged);
  }
}
