package dev.freehold.tensor;

/// Whether bytes are UTF-8 as of RFC 3629, found out without making strings of them.
final class Utf8 {
  private Utf8() {}

  /// Whether the bytes from `from` to `to - 1` are whole characters.
  static boolean isValid(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int first = bytes[at++];
      if (first >= 0) {
        continue;
      }
      int lead = first & 0xff;
      if (lead < 0xc2 || lead > 0xf4) {
        return false;
      }
      int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
      if (more > to - at) {
        return false;
      }
      int second = bytes[at] & 0xff;
      int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
      int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
      if (second < low || second > high) {
        return false;
      }
      for (int i = 1; i < more; i++) {
        if ((bytes[at + i] & 0xc0) != 0x80) {
          return false;
        }
      }
      at += more;
    }
    return true;
  }
}
