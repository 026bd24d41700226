package dev.freehold.engine.constraint;

/// A class of characters where engines differ: what all of them take, and what some take.
record CharacterClass(CodePointSet narrow, CodePointSet wide) {
  private static final CodePointSet LINE_ENDS =
      CodePointSet.range(0x2028, 0x2029).or(CodePointSet.of("\n\r\u0085"));
  static final CodePointSet NO_LINE_END = LINE_ENDS.not();

  private static final CodePointSet SPACES = CodePointSet.of("\t\n\u000B\f\r ");
  private static final CodePointSet UNICODE_SPACES =
      SPACES
          .or(CodePointSet.categories(1 << Character.SPACE_SEPARATOR))
          .or(LINE_ENDS)
          .or(CodePointSet.of(0xFEFF))
          .or(CodePointSet.range(0x1C, 0x1F))
          .or(CodePointSet.of(0x180E));
  private static final CodePointSet DIGITS = CodePointSet.range('0', '9');
  private static final CodePointSet WORD =
      DIGITS
          .or(CodePointSet.range('a', 'z'))
          .or(CodePointSet.range('A', 'Z'))
          .or(CodePointSet.of('_'));
  private static final CharacterClass NONE = exactly(CodePointSet.EMPTY);

  static CharacterClass exactly(CodePointSet set) {
    return new CharacterClass(set, set);
  }

  /// The class that a letter after a backslash names; empty where it names none.
  static CharacterClass named(int letter) {
    return switch (letter) {
      case 'd' -> exactly(DIGITS);
      case 'D' -> exactly(DIGITS.not());
      case 'w' -> exactly(WORD);
      case 'W' -> exactly(WORD.not());
      case 's' -> new CharacterClass(SPACES, UNICODE_SPACES);
      case 'S' -> new CharacterClass(UNICODE_SPACES.not(), SPACES.not());
      default -> NONE;
    };
  }

  CharacterClass not() {
    return new CharacterClass(wide.not(), narrow.not());
  }

  boolean isEmpty() {
    return wide.isEmpty();
  }

  boolean isSingle() {
    return narrow.ranges() == 1 && narrow.first(0) == narrow.last(0) && narrow.equals(wide);
  }
}
