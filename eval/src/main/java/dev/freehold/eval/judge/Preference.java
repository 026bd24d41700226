package dev.freehold.eval.judge;

import java.util.Locale;

/// What a judge, asked in both orders, says of two replies.
public enum Preference {
  FIRST,
  SECOND,
  TIE,
  /// It named another reply as the better one when their order was swapped.
  INCONSISTENT,
  /// What it wrote is no verdict.
  NONE;

  /// The name in files.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Joins what the judge said in one order and in the other; both name the replies, not places.
  static Preference of(Preference inOrder, Preference swapped) {
    if (inOrder == NONE || swapped == NONE) {
      return NONE;
    }
    return inOrder == swapped ? inOrder : INCONSISTENT;
  }
}
