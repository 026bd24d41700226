package dev.freehold.engine.constraint;

import java.util.Arrays;

/// How characters become bytes.
enum Spelling {
  /// UTF-8.
  PLAIN,
  /// UTF-8 inside a JSON string, each character in one way only: quotation mark, backslash and
  /// control characters are escaped, everything else stands for itself.
  JSON;

  private static final String SHORT_ESCAPES = "\"\\\b\f\n\r\t";
  private static final String SHORT_LETTERS = "\"\\bfnrt";
  private static final CodePointSet RAW =
      CodePointSet.ALL.minus(CodePointSet.range(0, 0x1F)).minus(CodePointSet.of("\"\\"));

  /// First and last code point of the stretches that UTF-8 spells with equally many bytes; the
  /// surrogates are left out.
  private static final int[][] LENGTHS = {
    {0, 0x7F}, {0x80, 0x7FF}, {0x800, 0xFFFF}, {0x10000, 0x10FFFF}
  };

  /// States that [#add] makes for a set at most.
  static long cost(CodePointSet set) {
    return 1 + 8L * set.ranges();
  }

  /// Adds the moves from one state to another that spell any one member of a set.
  void add(ByteNfa nfa, int from, CodePointSet set, int to) {
    CodePointSet raw = this == JSON ? set.and(RAW) : set;
    for (int i = 0; i < raw.ranges(); i++) {
      for (int[] stretch : LENGTHS) {
        int first = Math.max(raw.first(i), stretch[0]);
        int last = Math.min(raw.last(i), stretch[1]);
        if (first <= last) {
          utf8(nfa, from, first, last, to);
        }
      }
    }
    CodePointSet escaped = this == JSON ? set.minus(RAW) : CodePointSet.EMPTY;
    for (int i = 0; i < escaped.ranges(); i++) {
      for (int point = escaped.first(i); point <= escaped.last(i); point++) {
        text(nfa, from, escape(point), to);
      }
    }
  }

  private static String escape(int point) {
    int index = SHORT_ESCAPES.indexOf(point);
    return index >= 0 ? "\\" + SHORT_LETTERS.charAt(index) : "\\u00%02x".formatted(point);
  }

  /// The spelling of a text.
  String spell(String text) {
    if (this == PLAIN) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 2);
    text.codePoints()
        .forEach(point -> {
          if (point < 0x20 || point == '"' || point == '\\') {
            out.append(escape(point));
          } else {
            out.appendCodePoint(point);
          }
        });
    return out.toString();
  }

  private static void text(ByteNfa nfa, int from, String ascii, int to) {
    int at = from;
    for (int i = 0; i < ascii.length(); i++) {
      int next = i == ascii.length() - 1 ? to : nfa.state();
      nfa.bytes(at, ascii.charAt(i), ascii.charAt(i), next);
      at = next;
    }
  }

  /// Adds a range whose members have equally many bytes.
  private static void utf8(ByteNfa nfa, int from, int first, int last, int to) {
    split(nfa, from, bytes(first), bytes(last), new int[] {0, to});
  }

  private static int[] bytes(int point) {
    if (point < 0x80) {
      return new int[] {point};
    }
    if (point < 0x800) {
      return new int[] {0xC0 | (point >> 6), trail(point)};
    }
    if (point < 0x10000) {
      return new int[] {0xE0 | (point >> 12), trail(point >> 6), trail(point)};
    }
    return new int[] {0xF0 | (point >> 18), trail(point >> 12), trail(point >> 6), trail(point)};
  }

  private static int trail(int bits) {
    return 0x80 | (bits & 0x3F);
  }

  /// The bytes between two spellings of equal length, from a place on.
  ///
  /// @param place the index of the byte, and the state where all bytes have been read
  private static void split(ByteNfa nfa, int from, int[] low, int[] high, int[] place) {
    int at = place[0];
    if (at == low.length - 1) {
      nfa.bytes(from, low[at], high[at], place[1]);
      return;
    }
    if (low[at] == high[at]) {
      int next = nfa.state();
      nfa.bytes(from, low[at], low[at], next);
      split(nfa, next, low, high, new int[] {at + 1, place[1]});
      return;
    }
    int first = low[at];
    int last = high[at];
    if (!isFilled(low, at + 1, 0x80)) {
      int next = nfa.state();
      nfa.bytes(from, first, first, next);
      int[] top = low.clone();
      Arrays.fill(top, at + 1, top.length, 0xBF);
      split(nfa, next, low, top, new int[] {at + 1, place[1]});
      first++;
    }
    if (!isFilled(high, at + 1, 0xBF)) {
      int next = nfa.state();
      nfa.bytes(from, last, last, next);
      int[] bottom = high.clone();
      Arrays.fill(bottom, at + 1, bottom.length, 0x80);
      split(nfa, next, bottom, high, new int[] {at + 1, place[1]});
      last--;
    }
    if (first <= last) {
      int next = nfa.state();
      nfa.bytes(from, first, last, next);
      for (int i = at + 1; i < low.length - 1; i++) {
        int after = nfa.state();
        nfa.bytes(next, 0x80, 0xBF, after);
        next = after;
      }
      nfa.bytes(next, 0x80, 0xBF, place[1]);
    }
  }

  private static boolean isFilled(int[] bytes, int from, int value) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != value) {
        return false;
      }
    }
    return true;
  }
}
