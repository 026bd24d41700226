package dev.freehold.train.data.corpus;

import dev.freehold.text.unicode.Normalization;
import dev.freehold.train.recipe.CorpusDescription;

/// Brings texts into one form, so that what looks the same is the same: line ends, then control
/// characters, then normalization form C, then blanks. Done twice it changes nothing more.
record Cleaner(CorpusDescription.Cleaning what) {
  private static final int FIRST_CHANGED_BY_NFC = 0x300;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  String clean(String text) {
    String result = what.newlines() ? newlines(text) : text;
    result = what.controls() ? withoutControls(result) : result;
    result = what.nfc() ? nfc(result) : result;
    return what.trailingBlanks() ? withoutBlanks(result) : result;
  }

  private static String newlines(String text) {
    return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
  }

  private static boolean isControl(char c) {
    boolean control = c < 0x20 ? c != '\n' && c != '\t' : c >= 0x7f && c < 0xa0;
    return control || c == BYTE_ORDER_MARK;
  }

  private static String withoutControls(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (!isControl(text.charAt(i))) {
        kept.append(text.charAt(i));
      }
    }
    return kept.length() == text.length() ? text : kept.toString();
  }

  private static String nfc(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= FIRST_CHANGED_BY_NFC) {
        return Normalization.NFC.apply(text);
      }
    }
    return text;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static String withoutBlanks(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        cutBlanks(kept);
        if (kept.isEmpty()) {
          continue; // an empty line at the beginning
        }
      }
      kept.append(c);
    }
    cutBlanks(kept);
    int end = kept.length();
    while (end > 0 && kept.charAt(end - 1) == '\n') {
      end--;
    }
    return kept.substring(0, end);
  }

  private static void cutBlanks(StringBuilder text) {
    int end = text.length();
    while (end > 0 && isBlank(text.charAt(end - 1))) {
      end--;
    }
    text.setLength(end);
  }
}
