package dev.freehold.documents.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Puts the results of two searches together by their reciprocal ranks (Cormack, Clarke and
/// Büttcher, 2009).
final class Ranking {
  /// How many results of each search count.
  static final int DEPTH = 200;

  /// The constant of the paper.
  private static final int SOFTENING = 60;

  private Ranking() {}

  /// A passage that a search found.
  ///
  /// @param entry its number in the open index
  /// @param key of its document
  /// @param start its place there
  record Candidate(int entry, String key, long start) {
    static final Comparator<Candidate> BY_PLACE =
        Comparator.comparing(Candidate::key).thenComparing(Candidate::start);
  }

  /// A passage and the sum of its reciprocal ranks.
  record Ranked(int entry, double score) {}

  static List<Ranked> fused(List<Candidate> byWords, List<Candidate> byVector) {
    Map<Candidate, Double> scores = new HashMap<>();
    for (List<Candidate> ranking : List.of(byWords, byVector)) {
      for (int rank = 1; rank <= ranking.size(); rank++) {
        scores.merge(ranking.get(rank - 1), 1.0 / (SOFTENING + rank), Double::sum);
      }
    }
    List<Map.Entry<Candidate, Double>> all = new ArrayList<>(scores.entrySet());
    all.sort(
        Map.Entry.<Candidate, Double>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry::getKey, Candidate.BY_PLACE));
    return all.stream().map(one -> new Ranked(one.getKey().entry(), one.getValue())).toList();
  }
}
