package dev.freehold.vault;

import java.util.HexFormat;

/// The SHA-256 of bytes, as registries write it: `sha256:` and 64 lowercase digits.
///
/// Nothing else can be a digest here, so that its digits may be part of a path.
public record Digest(String hex) {
  private static final String PREFIX = "sha256:";
  private static final int DIGITS = 64;

  public Digest {
    if (!isHex(hex)) {
      throw new VaultException("not a sha256 of 64 lowercase digits: " + shown(hex));
    }
  }

  /// @throws VaultException where it is another algorithm's, or not digits only
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new VaultException(
          "not a digest of the form sha256:<64 lowercase digits>: " + shown(text));
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  public static Digest of(byte[] sha256) {
    return new Digest(HexFormat.of().formatHex(sha256));
  }

  private static boolean isHex(String text) {
    return text.length() == DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
  }

  private static String shown(String text) {
    String start = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return start.replaceAll("[^\\x20-\\x7e]", "?");
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
