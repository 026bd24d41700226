package dev.freehold.engine.constraint;

import java.util.Map;

/// General categories by the names that patterns use.
final class UnicodeProperty {
  private static final int CASED_LETTERS =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER;
  private static final int LETTERS =
      CASED_LETTERS | 1 << Character.MODIFIER_LETTER | 1 << Character.OTHER_LETTER;
  private static final int MARKS =
      1 << Character.NON_SPACING_MARK
          | 1 << Character.ENCLOSING_MARK
          | 1 << Character.COMBINING_SPACING_MARK;
  private static final int NUMBERS =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;
  private static final int PUNCTUATION =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION;
  private static final int SYMBOLS =
      1 << Character.MATH_SYMBOL
          | 1 << Character.CURRENCY_SYMBOL
          | 1 << Character.MODIFIER_SYMBOL
          | 1 << Character.OTHER_SYMBOL;
  private static final int SEPARATORS =
      1 << Character.SPACE_SEPARATOR
          | 1 << Character.LINE_SEPARATOR
          | 1 << Character.PARAGRAPH_SEPARATOR;

  private static final Map<String, Integer> CATEGORIES =
      Map.ofEntries(
          Map.entry("L", LETTERS),
          Map.entry("Letter", LETTERS),
          Map.entry("Lu", 1 << Character.UPPERCASE_LETTER),
          Map.entry("Ll", 1 << Character.LOWERCASE_LETTER),
          Map.entry("Lt", 1 << Character.TITLECASE_LETTER),
          Map.entry("Lm", 1 << Character.MODIFIER_LETTER),
          Map.entry("Lo", 1 << Character.OTHER_LETTER),
          Map.entry("M", MARKS),
          Map.entry("Mn", 1 << Character.NON_SPACING_MARK),
          Map.entry("N", NUMBERS),
          Map.entry("Nd", 1 << Character.DECIMAL_DIGIT_NUMBER),
          Map.entry("Nl", 1 << Character.LETTER_NUMBER),
          Map.entry("No", 1 << Character.OTHER_NUMBER),
          Map.entry("P", PUNCTUATION),
          Map.entry("Pd", 1 << Character.DASH_PUNCTUATION),
          Map.entry("S", SYMBOLS),
          Map.entry("Sc", 1 << Character.CURRENCY_SYMBOL),
          Map.entry("Sm", 1 << Character.MATH_SYMBOL),
          Map.entry("Z", SEPARATORS),
          Map.entry("Zs", 1 << Character.SPACE_SEPARATOR));

  private UnicodeProperty() {}

  /// The characters of a category; empty for a name that is not known.
  static CodePointSet named(String name) {
    int equals = name.indexOf('=');
    boolean isCategory =
        equals < 0 || name.startsWith("General_Category=") || name.startsWith("gc=");
    int categories = isCategory ? CATEGORIES.getOrDefault(name.substring(equals + 1), 0) : 0;
    return categories == 0 ? CodePointSet.EMPTY : CodePointSet.categories(categories);
  }
}
