package dev.freehold.documents.index;

/// What a passage must reach, in words or by vector, to be taken for an answer's source.
///
/// @param coverage share of the question's words, weighed by how rare they are
/// @param similarity cosine between the vectors; what is near differs from model to model
public record RelevanceThreshold(double coverage, double similarity) {
  public static final RelevanceThreshold DEFAULT = new RelevanceThreshold(0.3, 0.6);

  public RelevanceThreshold {
    if (!(coverage >= 0 && coverage <= 1) || !(similarity >= -1 && similarity <= 1)) {
      throw new IllegalArgumentException("coverage is 0 to 1, similarity -1 to 1");
    }
  }

  public boolean isReached(Relevance relevance) {
    return relevance.coverage() >= coverage
        || relevance.similarity().isPresent() && relevance.similarity().getAsDouble() >= similarity;
  }
}
