package dev.freehold.vault.sign;

import dev.freehold.vault.VaultException;

/// A path of a file within a model as signatures write it: parts joined by `/`, none of them empty,
/// `.` or `..`.
final class RelativePath {
  private static final int MAX_LENGTH = 4096;

  private RelativePath() {}

  /// @throws VaultException where the path is another
  static String require(String path) {
    boolean isPlain = !path.isEmpty() && path.length() <= MAX_LENGTH && path.indexOf('\0') < 0;
    for (String part : path.split("/", -1)) {
      isPlain &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
    }
    if (!isPlain) {
      throw new VaultException(
          "expected a relative path without \".\", \"..\" and empty parts, found \"%s\""
              .formatted(shown(path)));
    }
    return path;
  }

  static String shown(String path) {
    String start = path.length() > 120 ? path.substring(0, 120) + "..." : path;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
