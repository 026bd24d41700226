package dev.freehold.train.data;

/// Sequences of one length by number, each a pure function of it.
interface Sequences {
  /// A target that does not count.
  int NOT_COUNTED = -1;

  /// Where a document stands; positions are counted through all sequences.
  ///
  /// @param from position of its first token
  /// @param to position after its last one
  /// @param target position of the first target that is a token of it
  record Place(long from, long to, long target) {}

  /// How many there are.
  long count();

  /// Puts the tokens of sequence `index`, and the ids that should follow them, into arrays from
  /// `at` on.
  void copy(long index, int[] tokens, int[] targets, int at);

  /// Where a document stands.
  Place place(long document);
}
