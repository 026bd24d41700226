package dev.freehold.audit.licence;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A text as words: letters and digits in lower case, each with the characters it stands at.
///
/// White space, punctuation, case, invisible characters and compatibility forms make no difference,
/// as the matching guidelines of SPDX have it. Apostrophes within a word vanish.
final class Words {
  private static final int[] NONE = {};

  private final List<String> words = new ArrayList<>();
  private final int[] starts;
  private final int[] ends;
  private final Map<String, int[]> places = new HashMap<>();

  private Words(List<String> words, int[] starts, int[] ends) {
    this.words.addAll(words);
    this.starts = starts;
    this.ends = ends;
    Map<String, Integer> counts = new HashMap<>();
    words.forEach(word -> counts.merge(word, 1, Integer::sum));
    counts.forEach((word, count) -> places.put(word, new int[count]));
    for (int i = words.size() - 1; i >= 0; i--) {
      String word = words.get(i);
      int left = counts.merge(word, -1, Integer::sum);
      places.getOrDefault(word, NONE)[left] = i;
    }
  }

  /// The words of the characters `[from, to)` of a text.
  static Words of(String text, int from, int to) {
    List<String> words = new ArrayList<>();
    int[] starts = new int[16];
    int[] ends = new int[16];
    StringBuilder word = new StringBuilder();
    int start = from;
    int end = from;
    for (int i = from; i <= to; ) {
      int c = i < to ? text.codePointAt(i) : ' ';
      int width = i < to ? Character.charCount(c) : 1;
      if (Character.isLetterOrDigit(c)) {
        if (word.isEmpty()) {
          start = i;
        }
        word.appendCodePoint(c);
        end = Math.min(to, i + width);
      } else if (!isWithinWord(c) && !word.isEmpty()) {
        if (words.size() == starts.length) {
          starts = java.util.Arrays.copyOf(starts, 2 * starts.length);
          ends = java.util.Arrays.copyOf(ends, 2 * ends.length);
        }
        starts[words.size()] = start;
        ends[words.size()] = end;
        words.add(normal(word.toString()));
        word.setLength(0);
      }
      i += width;
    }
    return new Words(words, starts, ends);
  }

  private static boolean isWithinWord(int c) {
    return c == '\'' || c == 0x2019 || Character.getType(c) == Character.FORMAT;
  }

  private static String normal(String word) {
    boolean plain = word.chars().allMatch(c -> c < 0x80);
    return (plain ? word : Normalizer.normalize(word, Normalizer.Form.NFKC))
        .toLowerCase(Locale.ROOT);
  }

  int count() {
    return words.size();
  }

  String word(int index) {
    return words.get(index);
  }

  /// Where a word stands, in ascending order.
  int[] places(String word) {
    return places.getOrDefault(word, NONE);
  }

  int start(int index) {
    return starts[index];
  }

  int end(int index) {
    return ends[index];
  }
}
