package dev.freehold.server;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256, for keys, entity tags and signatures alike.
public final class Sha256 {
  private Sha256() {}

  /// The digest of bytes.
  public static byte[] of(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
