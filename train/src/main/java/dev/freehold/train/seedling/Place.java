package dev.freehold.train.seedling;

/// Where someone can be: `the` and the name, with its preposition.
record Place(String preposition, String name) {
  /// Such as `in the garden`.
  String at() {
    return preposition + " the " + name;
  }
}
