package dev.freehold.tensor;

import java.nio.charset.StandardCharsets;

/// Text from untrusted files made safe for messages: cut to a length, without control characters.
final class Printable {
  private static final int MAX_LENGTH = 80;

  private Printable() {}

  static String text(String text) {
    return text(text, MAX_LENGTH);
  }

  static String text(String text, int maxLength) {
    String cut = text.length() > maxLength ? text.substring(0, maxLength) + "…" : text;
    StringBuilder shown = new StringBuilder();
    cut.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
    return shown.toString();
  }

  /// The four bytes of a little-endian integer, as text where they are ASCII and as hex otherwise.
  static String magic(int magic) {
    byte[] bytes = {(byte) magic, (byte) (magic >> 8), (byte) (magic >> 16), (byte) (magic >> 24)};
    for (byte b : bytes) {
      if (b < 0x20 || b > 0x7e) {
        return "bytes %02x %02x %02x %02x".formatted(bytes[0], bytes[1], bytes[2], bytes[3]);
      }
    }
    return "\"" + new String(bytes, StandardCharsets.US_ASCII) + "\"";
  }
}
