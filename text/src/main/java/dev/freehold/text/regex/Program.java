package dev.freehold.text.regex;

import java.util.List;

/// A pattern as instructions for the matcher.
///
/// @param code the instructions; those of an atomic part or a look-ahead end with MATCH and are
///   entered by their own start
/// @param entries the alternatives of the whole pattern, in order of preference
/// @param lookAheads instructions of look-aheads, each read backwards over a text by [LookTable]
/// @param loops how many LOOP instructions there are
/// @param splits how many SPLIT instructions there are
record Program(
    List<Instruction> code, List<Entry> entries, List<Look> lookAheads, int loops, int splits) {

  /// An alternative of the whole pattern and the set its matches start with; `always` if they may
  /// be empty or start with a condition.
  record Entry(int start, CharSet first, boolean always) {}

  /// The instructions of a look-ahead, as a range of the code.
  record Look(int start, int end) {}

  /// Instructions; each continues with the next one unless it says otherwise.
  sealed interface Instruction {}

  /// Takes one code point of the set.
  record One(CharSet set) implements Instruction {}

  /// Takes `min` to `max` code points of the set, as many as possible first; `index` numbers loops.
  record Loop(int index, CharSet set, int min, int max, boolean possessive)
      implements Instruction {}

  /// Goes on at `first`, and if that fails at `second`; `index` numbers splits.
  record Split(int index, int first, int second) implements Instruction {}

  record Jump(int to) implements Instruction {}

  /// Whether the next code point is one of the set; the end of the text is not.
  record Ahead(CharSet set, boolean negative) implements Instruction {}

  record Behind(CharSet set, boolean negative) implements Instruction {}

  /// Whether look-ahead number `index` matches here.
  record LookAhead(int index, boolean negative) implements Instruction {}

  record At(Node.Anchor anchor) implements Instruction {}

  /// Matches the part that starts at `start` in its preferred way only.
  record Atomic(int start) implements Instruction {}

  record Match() implements Instruction {}
}
