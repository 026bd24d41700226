package dev.freehold.documents.extract;

/// Text as a reader sees it: characters that show nothing, which can hide words from people and not
/// from models, are taken out.
final class Visible {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private Visible() {}

  /// Lines end with `\n`; of other control characters the tab stays, a form feed is a blank line.
  static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\r') {
        if (i >= text.length() || text.charAt(i) != '\n') {
          shown.append('\n');
        }
      } else if (c == '\f') {
        shown.append("\n\n");
      } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        shown.append('\uFFFD');
      } else if (isShown(c)) {
        shown.appendCodePoint(c);
      }
    }
    return shown.toString();
  }

  private static boolean isShown(int c) {
    if (c == '\n' || c == '\t' || c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER) {
      return true; // the joiners change how letters of some scripts look
    }
    int type = Character.getType(c);
    boolean isVariation = c >= 0xFE00 && c <= 0xFE0F || c >= 0xE0100 && c <= 0xE01EF;
    return type != Character.CONTROL && type != Character.FORMAT && !isVariation;
  }
}
