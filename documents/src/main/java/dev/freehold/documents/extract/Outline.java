package dev.freehold.documents.extract;

import java.util.ArrayList;
import java.util.List;

/// The headings that stand above the place which a reader has come to.
final class Outline {
  private static final int MAX_HEADING = 200;

  /// A heading and its level, 1 for the outermost.
  private record Heading(int level, String text) {}

  private final List<Heading> above = new ArrayList<>();

  /// A heading takes the place of those that are as deep or deeper.
  void add(int level, String heading) {
    while (!above.isEmpty() && above.getLast().level() >= level) {
      above.removeLast();
    }
    String line = heading.replaceAll("\\s+", " ").strip();
    if (!line.isEmpty()) {
      above.add(new Heading(level, shortened(line)));
    }
  }

  private static String shortened(String line) {
    if (line.length() <= MAX_HEADING) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(MAX_HEADING - 1)) ? 1 : 0;
    return line.substring(0, MAX_HEADING - end) + "...";
  }

  List<String> headings() {
    return above.stream().map(Heading::text).toList();
  }
}
