package dev.freehold.engine.constraint;

import dev.freehold.text.unicode.Categories;
import java.util.Map;

/// General categories by the names that patterns use.
final class UnicodeProperty {
  private static final Map<String, Integer> CATEGORIES =
      Map.ofEntries(
          Map.entry("L", Categories.LETTER),
          Map.entry("Letter", Categories.LETTER),
          Map.entry("Lu", 1 << Character.UPPERCASE_LETTER),
          Map.entry("Ll", 1 << Character.LOWERCASE_LETTER),
          Map.entry("Lt", 1 << Character.TITLECASE_LETTER),
          Map.entry("Lm", 1 << Character.MODIFIER_LETTER),
          Map.entry("Lo", 1 << Character.OTHER_LETTER),
          Map.entry("M", Categories.MARK),
          Map.entry("Mn", 1 << Character.NON_SPACING_MARK),
          Map.entry("N", Categories.NUMBER),
          Map.entry("Nd", 1 << Character.DECIMAL_DIGIT_NUMBER),
          Map.entry("Nl", 1 << Character.LETTER_NUMBER),
          Map.entry("No", 1 << Character.OTHER_NUMBER),
          Map.entry("P", Categories.PUNCTUATION),
          Map.entry("Pd", 1 << Character.DASH_PUNCTUATION),
          Map.entry("S", Categories.SYMBOL),
          Map.entry("Sc", 1 << Character.CURRENCY_SYMBOL),
          Map.entry("Sm", 1 << Character.MATH_SYMBOL),
          Map.entry("Z", Categories.SEPARATOR),
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
