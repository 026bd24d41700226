package dev.freehold.train.data;

import java.util.List;

/// The documents that a run is trained on, by number and by id, which is the SHA-256 of the text in
/// UTF-8.
public interface Documents {
  /// How many there are; their numbers are 0 to `count - 1`.
  long count();

  /// The numbers of those with this id, of which there may be several with the same text.
  List<Long> numbers(String id);

  /// The id of one.
  String id(long number);

  /// The tokens of one.
  int[] tokens(long number);
}
