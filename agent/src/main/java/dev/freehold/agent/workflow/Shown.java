package dev.freehold.agent.workflow;

/// Texts as errors and notes show them: short, and without control characters.
final class Shown {
  private static final int MOST = 80;

  private Shown() {}

  static String text(String text) {
    return text(text, MOST);
  }

  static String text(String text, int most) {
    String line = text.strip().replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ");
    return line.codePointCount(0, line.length()) > most
        ? line.substring(0, line.offsetByCodePoints(0, most)) + "…"
        : line;
  }
}
