package dev.freehold.documents.index;

import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import java.nio.file.Path;

/// Which model made an index's vectors, and how.
///
/// @param name as a person names it
/// @param identity the same for the same model alone, as digests of its files
/// @param passagePrefix put before each passage, as some models want it
/// @param questionPrefix put before each question
public record EmbeddingModel(
    String name, String identity, String passagePrefix, String questionPrefix) {
  private static final int MOST_SHOWN = 60;

  /// Vectors of two models say nothing of each other.
  ///
  /// @param recorded whose vectors an index has
  /// @param index for the message
  void requireSame(EmbeddingModel recorded, Path index) {
    if (!equals(recorded) && !isRenamed(recorded)) {
      throw new DocumentsException(
          Reason.REFUSED,
          "%s: its vectors are of %s (%s), not of %s (%s)%s; use that one, or update anew"
              .formatted(
                  index,
                  recorded.name,
                  shortened(recorded.identity),
                  name,
                  shortened(identity),
                  identity.equals(recorded.identity) ? ", with other prefixes" : ""));
    }
  }

  private boolean isRenamed(EmbeddingModel other) {
    return identity.equals(other.identity)
        && passagePrefix.equals(other.passagePrefix)
        && questionPrefix.equals(other.questionPrefix);
  }

  private static String shortened(String identity) {
    return identity.length() <= MOST_SHOWN ? identity : identity.substring(0, MOST_SHOWN) + "...";
  }
}
