package dev.freehold.agent.tool;

/// Text of others with all spelled out that a reader would not see or a terminal would obey.
public final class VisibleText {
  private VisibleText() {}

  /// Control characters, and those that are not drawn or turn the order of others around, become
  /// `<U+200B>` and the like; line breaks and tabs stay.
  public static String of(String written) {
    String text = written.replace("\r\n", "\n");
    if (text.codePoints().noneMatch(VisibleText::isHidden)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 64);
    text.codePoints()
        .forEach(c -> {
          if (isHidden(c)) {
            shown.append("<U+%04X>".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }

  /// One line of at most so many characters, for messages.
  public static String line(String text, int most) {
    String one = of(text.length() > most ? text.substring(0, most) + "…" : text);
    return one.replace('\n', ' ').replace('\t', ' ');
  }

  /// Whether anything of a text would be spelled out.
  public static boolean hidesSomething(String text) {
    return text.codePoints().anyMatch(VisibleText::isHidden);
  }

  private static boolean isHidden(int c) {
    if (c == '\n' || c == '\t') {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.FORMAT -> c != 0x200D; // joins the parts of emoji
      default -> isBlankOrSelector(c);
    };
  }

  /// Fillers that are drawn as nothing, and selectors of variants but the two of emoji and text.
  private static boolean isBlankOrSelector(int c) {
    return c == 0x115F
        || c == 0x1160
        || c == 0x3164
        || c == 0xFFA0
        || c == 0x2800
        || c == 0x034F
        || c >= 0xFE00 && c <= 0xFE0D
        || c >= 0xE0100 && c <= 0xE01EF;
  }
}
