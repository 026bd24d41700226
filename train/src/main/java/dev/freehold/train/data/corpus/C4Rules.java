package dev.freehold.train.data.corpus;

import dev.freehold.text.unicode.CodePoints;
import dev.freehold.text.unicode.Unicode;
import java.util.List;

/// The rules of C4: lines are taken away, and what is left is kept or dropped.
///
/// A line goes where it has a word of more than 1000 characters or fewer than three words, speaks
/// of Javascript, cookies or terms of use, or, where that is wanted, does not end in `. ! ? " '` or
/// ends in an ellipsis. Marks of citations such as `[3]` and `[edit]` go from the lines that stay.
///
/// @param text what is left
/// @param broken rules that the text breaks, as bits
record C4Rules(String text, long broken) {
  private static final int MOST_CHARACTERS_OF_WORD = 1000;
  private static final int LEAST_WORDS = 3;
  private static final int LEAST_SENTENCES = 5;
  private static final String ENDS = ".?!\"'";
  private static final List<String> POLICY =
      List.of(
          "terms of use",
          "privacy policy",
          "cookie policy",
          "uses cookies",
          "use of cookies",
          "use cookies");

  /// Applies the rules.
  ///
  /// @param terminal whether lines must end in a mark
  static C4Rules apply(String original, boolean terminal) {
    StringBuilder kept = new StringBuilder(original.length());
    long broken = 0;
    int sentences = 0;
    for (String raw : original.split("\n", -1)) {
      String stripped = raw.strip();
      if (!hasUsualWords(stripped)) {
        continue;
      }
      String line = withoutCitations(stripped);
      if (terminal && (!isClosed(line) || line.endsWith("..."))) {
        continue;
      }
      String lower = lower(line);
      broken |= lower.contains("lorem ipsum") ? Rule.C4_LOREM_IPSUM.bit() : 0;
      broken |= line.indexOf('{') >= 0 ? Rule.C4_CURLY_BRACKET.bit() : 0;
      if (lower.contains("javascript") || POLICY.stream().anyMatch(lower::contains)) {
        continue;
      }
      sentences += Sentences.count(line);
      kept.append(kept.isEmpty() ? "" : "\n").append(line);
    }
    broken |= sentences < LEAST_SENTENCES ? Rule.C4_FEW_SENTENCES.bit() : 0;
    return new C4Rules(kept.toString().strip(), broken);
  }

  private static boolean hasUsualWords(String line) {
    int words = 0;
    int length = 0;
    for (int i = 0; i < line.length(); ) {
      int cp = line.codePointAt(i);
      i += Character.charCount(cp);
      length = Unicode.isWhiteSpace(cp) ? 0 : length + 1;
      words += length == 1 ? 1 : 0;
      if (length > MOST_CHARACTERS_OF_WORD) {
        return false;
      }
    }
    return words >= LEAST_WORDS;
  }

  private static boolean isClosed(String line) {
    return !line.isEmpty() && ENDS.indexOf(line.charAt(line.length() - 1)) >= 0;
  }

  /// Takes `[3]`, `[]`, `[edit]` and `[citation needed]` away.
  private static String withoutCitations(String line) {
    int open = line.indexOf('[');
    if (open < 0) {
      return line;
    }
    StringBuilder kept = new StringBuilder(line.length());
    int done = 0;
    while (open >= 0) {
      int end = citationEnd(line, open);
      kept.append(line, done, end > 0 ? open : open + 1);
      done = end > 0 ? end : open + 1;
      open = line.indexOf('[', done);
    }
    return kept.append(line, done, line.length()).toString();
  }

  /// Where the mark that begins at `open` ends; 0 where none begins.
  private static int citationEnd(String line, int open) {
    int end = open + 1;
    while (end < line.length() && line.charAt(end) >= '0' && line.charAt(end) <= '9') {
      end++;
    }
    if (end < line.length() && line.charAt(end) == ']') {
      return end + 1;
    }
    for (String mark : List.of("[edit]", "[citation needed]")) {
      if (line.startsWith(mark, open)) {
        return open + mark.length();
      }
    }
    return 0;
  }

  private static String lower(String line) {
    CodePoints out = new CodePoints(line.length());
    line.codePoints().forEach(cp -> Unicode.appendLower(cp, true, out));
    return out.toString();
  }
}
