package dev.freehold.engine.receipt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of texts, in hexadecimal digits of small letters.
public final class Sha256 {
  private final MessageDigest digest = begin();

  /// The digest of a text's UTF-8.
  public static String of(String text) {
    Sha256 sha = new Sha256();
    sha.add(text);
    return sha.finish();
  }

  private static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Takes the next piece of a text.
  public void add(String piece) {
    digest.update(piece.getBytes(StandardCharsets.UTF_8));
  }

  /// The digest of all pieces.
  public String finish() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
