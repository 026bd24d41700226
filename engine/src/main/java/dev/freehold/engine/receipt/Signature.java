package dev.freehold.engine.receipt;

/// A signature under a receipt.
///
/// Signed are the bytes of two lines, each ended by a line feed: `freehold receipt 1`, and `sha256
/// DIGEST` with the receipt's digest.
///
/// @param algorithm `Ed25519`
/// @param base64 the signature's bytes in Base64
public record Signature(String algorithm, String base64) {
  /// The bytes that are signed, as text.
  public static String text(String digest) {
    return "freehold receipt %d\nsha256 %s\n".formatted(Receipt.VERSION, digest);
  }
}
