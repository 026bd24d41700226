package dev.freehold.server.wire;

import java.security.SecureRandom;

/// Where the names of answers, messages and calls come from.
@FunctionalInterface
public interface Ids {
  /// A name that was not given before: the prefix and 24 letters and digits.
  String next(String prefix);

  /// Names that nobody can guess.
  static Ids random() {
    SecureRandom random = new SecureRandom();
    String letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return prefix -> {
      StringBuilder id = new StringBuilder(prefix);
      random.ints(24, 0, letters.length()).forEach(i -> id.append(letters.charAt(i)));
      return id.toString();
    };
  }
}
