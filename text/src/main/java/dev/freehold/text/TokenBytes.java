package dev.freehold.text;

import java.util.Arrays;
import java.util.List;

/// Tokens as bytes: UTF-8, in which half a surrogate pair, as JSON may hold one, has three bytes
/// like other characters of its range.
final class TokenBytes {
  /// Bytes of a UTF-16 unit at most.
  static final int MOST = 3;

  private TokenBytes() {}

  /// The texts' bytes, one after the other.
  ///
  /// @param ends where each ends, to be filled
  static byte[] of(List<String> texts, int[] ends) {
    byte[] bytes = new byte[1 << 10];
    int length = 0;
    for (int id = 0; id < ends.length; id++) {
      String text = texts.get(id);
      long needed = length + (long) MOST * text.length();
      if (needed > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max(needed, 2L * bytes.length)));
      }
      length = put(text, 0, text.length(), bytes, length);
      ends[id] = length;
    }
    return Arrays.copyOf(bytes, length);
  }

  /// Writes a stretch of a text.
  ///
  /// @return where its bytes end
  static int put(String text, int from, int to, byte[] bytes, int start) {
    int at = start;
    for (int i = from; i < to; i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        bytes[at++] = (byte) c;
        continue;
      }
      if (c < 0x800) {
        bytes[at++] = (byte) (0xc0 | c >> 6);
      } else {
        boolean pair = Character.isHighSurrogate((char) c) && i + 1 < to;
        if (pair && Character.isLowSurrogate(text.charAt(i + 1))) {
          c = Character.toCodePoint((char) c, text.charAt(++i));
          bytes[at++] = (byte) (0xf0 | c >> 18);
          bytes[at++] = (byte) (0x80 | c >> 12 & 0x3f);
        } else {
          bytes[at++] = (byte) (0xe0 | c >> 12);
        }
        bytes[at++] = (byte) (0x80 | c >> 6 & 0x3f);
      }
      bytes[at++] = (byte) (0x80 | c & 0x3f);
    }
    return at;
  }

  /// The code point that begins at a byte; [#width] tells its bytes.
  private static int point(byte[] bytes, int at) {
    int b = bytes[at];
    if (b >= 0) {
      return b;
    }
    int second = bytes[at + 1] & 0x3f;
    if ((b & 0xe0) == 0xc0) {
      return (b & 0x1f) << 6 | second;
    }
    int third = bytes[at + 2] & 0x3f;
    if ((b & 0xf0) == 0xe0) {
      return (b & 0xf) << 12 | second << 6 | third;
    }
    return (b & 7) << 18 | second << 12 | third << 6 | bytes[at + 3] & 0x3f;
  }

  private static int width(int point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }

  /// The hash of [Vocabulary], of whole characters.
  static long hash(byte[] bytes, int from, int to) {
    long hash = 0;
    for (int i = from; i < to; ) {
      int b = bytes[i];
      if (b >= 0) {
        hash = hash * Vocabulary.MULTIPLIER + b;
        i++;
      } else {
        int point = point(bytes, i);
        hash = Vocabulary.append(hash, point);
        i += width(point);
      }
    }
    return hash;
  }

  /// How many UTF-16 units bytes are.
  static int units(byte[] bytes, int from, int to) {
    int units = 0;
    for (int i = from; i < to; i++) {
      int b = bytes[i];
      // Each byte but those that go on; four bytes are two units.
      units += (b & 0xc0) == 0x80 ? 0 : (b & 0xf8) == 0xf0 ? 2 : 1;
    }
    return units;
  }

  /// How many bytes the first units have.
  static int skip(byte[] bytes, int from, int units) {
    int at = from;
    for (int left = units; left > 0; ) {
      int point = point(bytes, at);
      at += width(point);
      left -= Character.charCount(point);
    }
    return at - from;
  }

  /// Whether bytes are these code points.
  static boolean equal(byte[] bytes, int from, int to, int[] points, int first, int end) {
    int at = from;
    for (int i = first; i < end; i++) {
      if (at >= to) {
        return false;
      }
      int point = point(bytes, at);
      if (point != points[i]) {
        return false;
      }
      at += width(point);
    }
    return at == to;
  }
}
