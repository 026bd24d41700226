package dev.freehold.eval.report;

import dev.freehold.eval.Outcome;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.score.PairedShares;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Two lists of results, item by item.
///
/// @param shares of the items that both have and that are judged alone
/// @param leftOut items that only one has, or that are not the same task in both
public record Comparison(String first, String second, PairedShares shares, int leftOut) {
  static Comparison of(
      String first, List<ItemResult> firstItems, String second, List<ItemResult> secondItems) {
    Map<String, ItemResult> others = new HashMap<>();
    secondItems.forEach(item -> others.put(item.task().id(), item));
    int[][] counts = new int[2][2];
    int leftOut = 0;
    int met = 0;
    for (ItemResult item : firstItems) {
      ItemResult other = others.get(item.task().id());
      if (other == null || !other.task().digest().equals(item.task().digest())) {
        leftOut++;
        continue;
      }
      met++;
      if (item.outcome() != Outcome.ANSWERED && other.outcome() != Outcome.ANSWERED) {
        counts[isRight(item)][isRight(other)]++;
      }
    }
    PairedShares shares = new PairedShares(counts[1][1], counts[1][0], counts[0][1], counts[0][0]);
    return new Comparison(first, second, shares, leftOut + secondItems.size() - met);
  }

  private static int isRight(ItemResult item) {
    return item.outcome() == Outcome.RIGHT ? 1 : 0;
  }
}
