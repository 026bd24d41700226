package dev.freehold.train.data.corpus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How much of a list of texts stood before in it.
///
/// @param elements how many
/// @param characters code points of those
record Duplicated(int elements, long characters) {
  static Duplicated of(List<String> texts) {
    Set<String> seen = new HashSet<>();
    int elements = 0;
    long characters = 0;
    for (String text : texts) {
      if (!seen.add(text)) {
        elements++;
        characters += text.codePointCount(0, text.length());
      }
    }
    return new Duplicated(elements, characters);
  }

  /// A number for words `[from, from + n)`; different runs share one with a chance of 2^-64.
  private static long run(Words words, int from, int n) {
    long key = n;
    for (int i = from; i < from + n; i++) {
      key = (key ^ words.id(i)) * 0x9e3779b97f4a7c15L;
      key ^= key >>> 32;
    }
    return key;
  }

  /// Characters of all places of the run of `n` words that stands most often, spaces between its
  /// words included; of equally frequent ones the first.
  static long topRun(Words words, int n) {
    Map<Long, Integer> counts = new HashMap<>();
    int most = 0;
    for (int from = 0; from + n <= words.count(); from++) {
      most = Math.max(most, counts.merge(run(words, from, n), 1, Integer::sum));
    }
    for (int from = 0; from + n <= words.count(); from++) {
      if (counts.getOrDefault(run(words, from, n), 0) == most) {
        return (long) most * (n - 1 + length(words, from, n));
      }
    }
    return 0;
  }

  /// Characters of the runs of `n` words that stood before, each counted once and none overlapping.
  static long runs(Words words, int n) {
    Set<Long> seen = new HashSet<>();
    long characters = 0;
    int from = 0;
    while (from + n <= words.count()) {
      if (seen.add(run(words, from, n))) {
        from++;
      } else {
        characters += length(words, from, n);
        from += n;
      }
    }
    return characters;
  }

  private static long length(Words words, int from, int n) {
    long length = 0;
    for (int i = from; i < from + n; i++) {
      length += words.length(i);
    }
    return length;
  }
}
