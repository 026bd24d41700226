package dev.freehold.text;

import dev.freehold.tensor.PackedStrings;
import java.util.List;

/// The tokens of a model by id, and their ids by text.
///
/// Tokens are held as bytes of UTF-8, and become strings when they are asked for: a start would
/// spend a tenth of its time on strings that nobody reads. The table is keyed by a polynomial hash
/// of UTF-16 units, `h(xy) = h(x) * M^|y| + h(y)`, so that stretches of a text and joined tokens
/// are looked up without building strings.
final class Vocabulary {
  static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  static final int MAX_SIZE = 1 << 24;

  private final List<String> texts;
  private final byte[] bytes;
  private final int[] ends;
  private final long[] hashes;
  private final int[] table;
  private final int longest;
  // powers of the multiplier, up to the length of the longest token
  private final long[] powers;

  private Vocabulary(List<String> texts, byte[] bytes, int[] ends, TokenizerTables.Tokens tables) {
    this.texts = texts;
    this.bytes = bytes;
    this.ends = ends;
    hashes = tables.hashes();
    table = tables.table();
    int most = 0;
    int from = 0;
    for (int to : ends) {
      if (to - from > most) {
        most = Math.max(most, TokenBytes.units(bytes, from, to));
      }
      from = to;
    }
    longest = most;
    powers = new long[longest + 1];
    powers[0] = 1;
    for (int i = 1; i <= longest; i++) {
      powers[i] = powers[i - 1] * MULTIPLIER;
    }
  }

  private Vocabulary(List<String> texts, byte[] bytes, int[] ends, String field) {
    this(
        texts,
        bytes,
        ends,
        new TokenizerTables.Tokens(new long[ends.length], new int[slots(ends.length)]));
    int from = 0;
    for (int id = 0; id < ends.length; id++) {
      int to = ends[id];
      if (from < to) {
        hashes[id] = TokenBytes.hash(bytes, from, to);
        add(id, from, to, field);
      }
      from = to;
    }
  }

  private void add(int id, int from, int to, String field) {
    int slot = slot(hashes[id], table.length);
    while (table[slot] != 0) {
      int other = table[slot] - 1;
      if (hashes[other] == hashes[id] && is(other, bytes, from, to)) {
        throw new TextException(
            "%s: token \"%s\" has the ids %d and %d".formatted(field, texts.get(id), other, id));
      }
      slot = slot + 1 & table.length - 1;
    }
    table[slot] = id + 1;
  }

  /// @param tokens by id; an empty text is a gap that no text finds
  /// @param field what the tokens come from, for messages
  static Vocabulary of(List<String> tokens, String field) {
    int size = tokens.size();
    if (size == 0 || size > MAX_SIZE) {
      throw new TextException(
          "%s: expected 1 to %d tokens, found %d".formatted(field, MAX_SIZE, size));
    }
    if (tokens instanceof PackedStrings packed) {
      return new Vocabulary(packed, packed.bytes(), packed.ends(), field);
    }
    List<String> texts = List.copyOf(tokens);
    int[] ends = new int[size];
    return new Vocabulary(texts, TokenBytes.of(texts, ends), ends, field);
  }

  /// With tables that were made before.
  static Vocabulary of(PackedStrings tokens, TokenizerTables tables) {
    return new Vocabulary(tokens, tokens.bytes(), tokens.ends(), tables.tokens(tokens.size()));
  }

  /// How long the table of so many tokens is.
  static int slots(int size) {
    return Integer.highestOneBit(size) * 4;
  }

  TokenizerTables.Tokens tables() {
    return new TokenizerTables.Tokens(hashes, table);
  }

  int size() {
    return ends.length;
  }

  /// The texts by id.
  List<String> texts() {
    return texts;
  }

  /// The text of a token.
  String text(int id) {
    if (id < 0 || id >= ends.length) {
      throw new TextException(
          "token id %d: the vocabulary has the ids 0 to %d".formatted(id, ends.length - 1));
    }
    return texts.get(id);
  }

  /// UTF-16 units of the longest token.
  int longest() {
    return longest;
  }

  /// The multiplier to the power of a width of at most [#longest].
  long power(int width) {
    return powers[width];
  }

  private int start(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }

  /// Whether a token has these bytes.
  private boolean is(int id, byte[] of, int from, int to) {
    int start = start(id);
    if (ends[id] - start != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (bytes[start + i - from] != of[i]) {
        return false;
      }
    }
    return true;
  }

  /// The id of a text, or -1.
  int find(String text) {
    return find(text, 0, text.length());
  }

  int find(String text, int from, int to) {
    byte[] sought = new byte[TokenBytes.MOST * (to - from)];
    return find(sought, 0, TokenBytes.put(text, from, to, sought, 0));
  }

  /// The id of a text in UTF-8, or -1.
  int find(byte[] utf8, int from, int to) {
    long hash = TokenBytes.hash(utf8, from, to);
    for (int slot = slot(hash, table.length); table[slot] != 0; ) {
      int id = table[slot] - 1;
      if (hashes[id] == hash && is(id, utf8, from, to)) {
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
    for (int slot = slot(hash, table.length); table[slot] != 0; ) {
      int id = table[slot] - 1;
      if (hashes[id] == hash && TokenBytes.equal(bytes, start(id), ends[id], points, from, to)) {
        return id;
      }
      slot = slot + 1 & table.length - 1;
    }
    return -1;
  }

  /// The id of the text of two tokens, or -1.
  int findJoined(int first, int second) {
    int from = start(second);
    long hash = hashes[first] * powers[TokenBytes.units(bytes, from, ends[second])];
    return findJoined(first, from, ends[second], hash + hashes[second]);
  }

  /// The same, of the second token without its first `skip` units, which are whole characters.
  int findJoined(int first, int second, int skip) {
    int from = start(second) + TokenBytes.skip(bytes, start(second), skip);
    long hash = hashes[first] * powers[TokenBytes.units(bytes, from, ends[second])];
    long rest = TokenBytes.hash(bytes, from, ends[second]);
    return findJoined(first, from, ends[second], hash + rest);
  }

  private int findJoined(int first, int from, int to, long hash) {
    int head = ends[first] - start(first);
    for (int slot = slot(hash, table.length); table[slot] != 0; ) {
      int id = table[slot] - 1;
      if (hashes[id] == hash
          && ends[id] - start(id) == head + to - from
          && same(start(id), start(first), head)
          && same(start(id) + head, from, to - from)) {
        return id;
      }
      slot = slot + 1 & table.length - 1;
    }
    return -1;
  }

  /// Whether so many bytes are the same in two places.
  private boolean same(int one, int other, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[one + i] != bytes[other + i]) {
        return false;
      }
    }
    return true;
  }

  /// The hash of a text and a code point after it.
  static long append(long hash, int cp) {
    if (cp < 0x10000) {
      return hash * MULTIPLIER + cp;
    }
    return (hash * MULTIPLIER + Character.highSurrogate(cp)) * MULTIPLIER
        + Character.lowSurrogate(cp);
  }

  private static int slot(long hash, int capacity) {
    long mixed = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
    return (int) (mixed >>> 33) & capacity - 1;
  }
}
