package dev.freehold.train.data;

/// Sequences of one length by number, each a pure function of it.
interface Sequences {
  /// A target that does not count.
  int NOT_COUNTED = -1;

  /// How many there are.
  long count();

  /// Puts the tokens of sequence `index`, and the ids that should follow them, into arrays from
  /// `at` on.
  void copy(long index, int[] tokens, int[] targets, int at);
}
