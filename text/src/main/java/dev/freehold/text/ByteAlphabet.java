package dev.freehold.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The printable letter that byte-level vocabularies write for each byte.
///
/// Bytes that are visible characters of Latin-1 stand for themselves, the others for 100 and up in
/// ascending order. Source: Radford et al., GPT-2, `encoder.py`.
public final class ByteAlphabet {
  private static final char[] LETTERS = new char[256];
  private static final short[] BYTES = new short[512];

  static {
    java.util.Arrays.fill(BYTES, (short) -1);
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      LETTERS[b] = (char) (visible ? b : next++);
      BYTES[LETTERS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /// The letter of a byte, 0 to 255.
  public static int letter(int b) {
    return LETTERS[b];
  }

  /// The bytes that a token stands for; one with other letters stands for its own UTF-8.
  static byte[] bytes(String token) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(token.length());
    for (int i = 0; i < token.length(); i++) {
      char letter = token.charAt(i);
      if (letter >= BYTES.length || BYTES[letter] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      out.write(BYTES[letter]);
    }
    return out.toByteArray();
  }
}
