package dev.freehold.model;

/// Which positions of a step get logits.
public enum LogitsOf {
  NONE,
  /// The last one, in row 0.
  LAST,
  /// All, row by row.
  ALL
}
