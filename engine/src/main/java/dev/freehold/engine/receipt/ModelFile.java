package dev.freehold.engine.receipt;

import dev.freehold.engine.EngineException;
import java.util.regex.Pattern;

/// A file of a model, as receipts name it.
///
/// @param name without folders
/// @param sha256 of its bytes, in hexadecimal digits of small letters
public record ModelFile(String name, long bytes, String sha256) {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  public ModelFile {
    if (bytes < 0) {
      throw new EngineException("bytes: expected 0 or more, found " + bytes);
    }
    requireDigest(sha256);
  }

  /// @throws EngineException where this is no SHA-256 in small hexadecimal digits
  static void requireDigest(String sha256) {
    if (!DIGEST.matcher(sha256).matches()) {
      throw new EngineException("expected 64 hexadecimal digits in small letters");
    }
  }
}
