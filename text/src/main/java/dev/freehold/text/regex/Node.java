package dev.freehold.text.regex;

import java.util.List;

/// A part of a pattern, as parsed.
sealed interface Node {
  enum Mode {
    GREEDY,
    LAZY,
    POSSESSIVE
  }

  enum Anchor {
    TEXT_START,
    TEXT_END,
    /// At the end, or before a line feed that is the last character.
    TEXT_END_BEFORE_LINE_FEED,
    LINE_START,
    LINE_END,
    WORD_EDGE,
    NO_WORD_EDGE
  }

  int UNLIMITED = Integer.MAX_VALUE;

  /// One code point of a set.
  record One(CharSet set) implements Node {}

  record Sequence(List<Node> parts) implements Node {}

  record Choice(List<Node> parts) implements Node {}

  record Repeat(Node part, int min, int max, Mode mode) implements Node {}

  record LookAhead(Node part, boolean negative) implements Node {}

  /// The code point before is (or is not) one of the set.
  record LookBehind(CharSet set, boolean negative) implements Node {}

  record At(Anchor anchor) implements Node {}

  /// No way back into the part once it has matched.
  record Atomic(Node part) implements Node {}
}
