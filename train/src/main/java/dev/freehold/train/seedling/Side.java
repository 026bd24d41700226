package dev.freehold.train.seedling;

/// Which side of the border between training and testing something is made for.
enum Side {
  /// Never holds a reserved name or combination.
  TRAINING,
  /// Asks about a reserved name or combination.
  HELD_OUT
}
