package dev.freehold.engine.constraint;

import java.util.List;

/// A regular expression as parsed.
sealed interface Pattern {
  int UNLIMITED = Integer.MAX_VALUE;

  /// One code point.
  ///
  /// @param narrow what every reading of the pattern takes
  /// @param wide what some reading takes; engines differ on line ends and Unicode spaces
  record One(CodePointSet narrow, CodePointSet wide) implements Pattern {}

  record Sequence(List<Pattern> parts) implements Pattern {}

  record Choice(List<Pattern> parts) implements Pattern {}

  record Repeat(Pattern part, int min, int max) implements Pattern {}

  /// The beginning of the text.
  record Begin() implements Pattern {}

  /// The end of the text.
  record End() implements Pattern {}
}
