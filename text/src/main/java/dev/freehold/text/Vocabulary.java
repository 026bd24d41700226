package dev.freehold.text;

import java.util.Arrays;
import java.util.List;

/// The tokens of a model by id, and their ids by text.
///
/// The table is keyed by a polynomial hash of UTF-16 units, `h(xy) = h(x) * M^|y| + h(y)`, so that
/// stretches of a text and joined tokens are looked up without building strings.
final class Vocabulary {
  static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  static final int MAX_SIZE = 1 << 24;

  private final String[] tokens;
  private final long[] hashes;
  private final int[] table;
  private final int longest;
  // powers of the multiplier, up to the length of the longest token
  private final long[] powers;

  private Vocabulary(String[] tokens, long[] hashes, int[] table, int longest) {
    this.tokens = tokens;
    this.hashes = hashes;
    this.table = table;
    this.longest = longest;
    powers = new long[longest + 1];
    powers[0] = 1;
    for (int i = 1; i <= longest; i++) {
      powers[i] = powers[i - 1] * MULTIPLIER;
    }
  }

  /// @param tokens by id; an empty text is a gap that no text finds
  /// @param field what the tokens come from, for messages
  static Vocabulary of(List<String> tokens, String field) {
    int size = tokens.size();
    if (size == 0 || size > MAX_SIZE) {
      throw new TextException(
          "%s: expected 1 to %d tokens, found %d".formatted(field, MAX_SIZE, size));
    }
    String[] texts = tokens.toArray(new String[0]);
    long[] hashes = new long[size];
    int[] table = new int[Integer.highestOneBit(size) * 4];
    Arrays.fill(table, -1);
    int longest = 0;
    for (int id = 0; id < size; id++) {
      String text = texts[id];
      if (text.isEmpty()) {
        continue;
      }
      longest = Math.max(longest, text.length());
      long hash = hash(text, 0, text.length());
      hashes[id] = hash;
      int slot = slot(hash, table.length);
      while (table[slot] >= 0) {
        int other = table[slot];
        if (hashes[other] == hash && texts[other].equals(text)) {
          throw new TextException(
              "%s: token \"%s\" has the ids %d and %d".formatted(field, text, other, id));
        }
        slot = slot + 1 & table.length - 1;
      }
      table[slot] = id;
    }
    return new Vocabulary(texts, hashes, table, longest);
  }

  int size() {
    return tokens.length;
  }

  /// The texts by id, which stay as they are.
  String[] texts() {
    return tokens;
  }

  /// The text of a token.
  String text(int id) {
    if (id < 0 || id >= tokens.length) {
      throw new TextException(
          "token id %d: the vocabulary has the ids 0 to %d".formatted(id, tokens.length - 1));
    }
    return tokens[id];
  }

  /// UTF-16 units of the longest token.
  int longest() {
    return longest;
  }

  /// The multiplier to the power of a width of at most [#longest].
  long power(int width) {
    return powers[width];
  }

  /// The id of a text, or -1.
  int find(String text) {
    return find(text, 0, text.length());
  }

  int find(String text, int from, int to) {
    long hash = hash(text, from, to);
    for (int slot = slot(hash, table.length); table[slot] >= 0; ) {
      int id = table[slot];
      if (hashes[id] == hash
          && tokens[id].length() == to - from
          && tokens[id].regionMatches(0, text, from, to - from)) {
        return id;
      }
      slot = slot + 1 & table.length - 1;
    }
    return -1;
  }

  /// The id of a stretch of code points, or -1.
  int find(int[] points, int from, int to) {
    long hash = 0;
    for (int i = from; i < to; i++) {
      hash = append(hash, points[i]);
    }
    return find(hash, points, from, to);
  }

  /// The id of a stretch whose hash is known, or -1.
  int find(long hash, int[] points, int from, int to) {
    for (int slot = slot(hash, table.length); table[slot] >= 0; ) {
      int id = table[slot];
      if (hashes[id] == hash && matches(tokens[id], points, from, to)) {
        return id;
      }
      slot = slot + 1 & table.length - 1;
    }
    return -1;
  }

  /// The id of the text of two tokens, the second without its first `skip` units; or -1.
  int findJoined(int first, int second, int skip) {
    String a = tokens[first];
    String b = tokens[second];
    long rest = skip == 0 ? hashes[second] : hash(b, skip, b.length());
    long hash = hashes[first] * powers[b.length() - skip] + rest;
    int length = a.length() + b.length() - skip;
    for (int slot = slot(hash, table.length); table[slot] >= 0; ) {
      int id = table[slot];
      String text = tokens[id];
      if (hashes[id] == hash
          && text.length() == length
          && text.startsWith(a)
          && text.regionMatches(a.length(), b, skip, b.length() - skip)) {
        return id;
      }
      slot = slot + 1 & table.length - 1;
    }
    return -1;
  }

  /// The hash of a text and a code point after it.
  static long append(long hash, int cp) {
    if (cp < 0x10000) {
      return hash * MULTIPLIER + cp;
    }
    return (hash * MULTIPLIER + Character.highSurrogate(cp)) * MULTIPLIER
        + Character.lowSurrogate(cp);
  }

  private static long hash(String text, int from, int to) {
    long hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * MULTIPLIER + text.charAt(i);
    }
    return hash;
  }

  private static int slot(long hash, int capacity) {
    long mixed = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
    return (int) (mixed >>> 33) & capacity - 1;
  }

  private static boolean matches(String text, int[] points, int from, int to) {
    int at = 0;
    for (int i = from; i < to; i++) {
      if (at >= text.length()) {
        return false;
      }
      int cp = text.codePointAt(at);
      if (cp != points[i]) {
        return false;
      }
      at += Character.charCount(cp);
    }
    return at == text.length();
  }
}
