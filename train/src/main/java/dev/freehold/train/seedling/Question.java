package dev.freehold.train.seedling;

import java.util.List;

/// A question about a story and the sentence that answers it.
///
/// @param hops how many facts the answer needs; 0 where the story does not tell
/// @param kind what the answer names
/// @param expected the entity that the answer names
/// @param pairs what the answer joins; the last pair holds the expected entity
record Question(
    String text, String answer, int hops, Entity kind, String expected, List<Pair> pairs) {
  Question {
    pairs = List.copyOf(pairs);
  }

  /// Whether nothing in the answer is reserved for tests.
  boolean fitsTraining() {
    return pairs.stream().noneMatch(Pair::isReserved);
  }

  /// Whether the fact that the answer ends in never stood in training.
  boolean fitsTests() {
    return hops > 0 && !pairs.isEmpty() && pairs.getLast().isReserved();
  }

  boolean hasReservedName() {
    return pairs.stream().anyMatch(Pair::hasReservedName);
  }
}
