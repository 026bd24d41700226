package dev.freehold.train.seedling;

/// Someone in a story.
///
/// @param pronoun `she` or `he`
/// @param reserved whether the name is kept for tests
record Person(String name, String pronoun, boolean reserved) {
  /// The pronoun as an object: `her` or `him`.
  String objective() {
    return pronoun.equals("she") ? "her" : "him";
  }
}
