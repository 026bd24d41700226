package dev.freehold.tensor;

import java.nio.charset.StandardCharsets;

/// Text about what a file holds, safe to print.
final class FileKind {
  private static final int MAX_SHOWN = 80;

  private FileKind() {}

  /// The four bytes of a little-endian integer as text, others than ASCII as hex.
  static String printable(int magic) {
    byte[] bytes = {(byte) magic, (byte) (magic >> 8), (byte) (magic >> 16), (byte) (magic >> 24)};
    for (byte b : bytes) {
      if (b < 0x20 || b > 0x7e) {
        return "bytes %02x %02x %02x %02x".formatted(bytes[0], bytes[1], bytes[2], bytes[3]);
      }
    }
    return "\"" + new String(bytes, StandardCharsets.US_ASCII) + "\"";
  }

  /// `text` cut to a line's length, control characters replaced.
  static String printable(String text) {
    return printable(text, MAX_SHOWN);
  }

  static String printable(String text, int maxLength) {
    String cut = text.length() > maxLength ? text.substring(0, maxLength) + "…" : text;
    StringBuilder shown = new StringBuilder();
    cut.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
    return shown.toString();
  }

  /// Whether a name holds a control character, is absolute or climbs out of a folder.
  static boolean isUnsafeName(String name) {
    return name.chars().anyMatch(Character::isISOControl)
        || name.startsWith("/")
        || name.startsWith("\\")
        || name.contains("../")
        || name.contains("..\\")
        || name.equals("..");
  }
}
