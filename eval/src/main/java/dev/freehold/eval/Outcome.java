package dev.freehold.eval;

import java.util.Locale;

/// What became of a task.
public enum Outcome {
  RIGHT,
  WRONG,
  /// There was no answer: the backend refused, broke off or took too long.
  ERROR,
  /// There was an answer, and no verdict on it.
  UNJUDGED,
  /// There was an answer, which only a comparison with another one judges.
  ANSWERED;

  /// The name in files.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
