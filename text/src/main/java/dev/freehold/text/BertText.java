package dev.freehold.text;

import dev.freehold.text.unicode.Categories;
import dev.freehold.text.unicode.Unicode;

/// The classes of characters that BERT's cleaning and splitting know.
final class BertText {
  private BertText() {}

  /// Controls, formats, private use; code points that are not assigned are not among them.
  static boolean isControl(int cp) {
    if (cp == '\t' || cp == '\n' || cp == '\r') {
      return false;
    }
    int assigned = Categories.OTHER & ~(1 << Character.UNASSIGNED);
    return (1 << Unicode.category(cp) & assigned) != 0;
  }

  /// Ideographs, by block; the fifth block starts at 2B920 as in the `tokenizers` library.
  static boolean isChinese(int cp) {
    return (cp >= 0x4E00 && cp <= 0x9FFF)
        || (cp >= 0x3400 && cp <= 0x4DBF)
        || (cp >= 0x20000 && cp <= 0x2A6DF)
        || (cp >= 0x2A700 && cp <= 0x2B73F)
        || (cp >= 0x2B740 && cp <= 0x2B81F)
        || (cp >= 0x2B920 && cp <= 0x2CEAF)
        || (cp >= 0xF900 && cp <= 0xFAFF)
        || (cp >= 0x2F800 && cp <= 0x2FA1F);
  }

  static boolean isPunctuation(int cp) {
    return isAsciiPunctuation(cp) || Unicode.isPunctuation(cp);
  }

  static boolean isAsciiPunctuation(int cp) {
    return (cp >= '!' && cp <= '/')
        || (cp >= ':' && cp <= '@')
        || (cp >= '[' && cp <= '`')
        || (cp >= '{' && cp <= '~');
  }
}
