package dev.freehold.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256, the digest by which Freehold names files, keys, answers and steps.
public final class Sha256 {
  /// Bytes of a digest.
  public static final int BYTES = 32;

  private static final int BUFFER = 1 << 16;

  private Sha256() {}

  /// A digest that takes bytes piece by piece.
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// The digest of bytes, as bytes.
  public static byte[] bytes(byte[] bytes) {
    return begin().digest(bytes);
  }

  /// What a digest has taken, as 64 lowercase digits; it is as new afterwards.
  public static String finish(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /// The digest of a text in UTF-8, as 64 lowercase digits.
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The digest of bytes, as 64 lowercase digits.
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(bytes(bytes));
  }

  /// The digest of a file's bytes, as 64 lowercase digits.
  ///
  /// @throws TensorException where the file cannot be read
  public static String of(Path file) {
    MessageDigest digest = begin();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new TensorException("%s: cannot be read: %s".formatted(file, e), e);
    }
    return finish(digest);
  }

  /// Whether a text is a digest as 64 lowercase digits.
  public static boolean isDigest(String text) {
    return text.length() == 2 * BYTES
        && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
  }
}
