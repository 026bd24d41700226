package dev.freehold.agent.sandbox.proxy;

import java.util.Locale;

/// The name of a host in its one form: lower case, labels of letters, digits and hyphens.
///
/// Whatever another program could read as another host is refused, not repaired: addresses in any
/// notation, a dot at the end, a single label, bytes that are no such letters.
public record HostName(String text) {
  private static final int MAX_LENGTH = 253;
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

  /// @throws RefusedException where it is no name of a host
  public static HostName of(String written) {
    if (written.isEmpty() || written.length() > MAX_LENGTH) {
      throw new RefusedException(400, "a host's name has 1 to " + MAX_LENGTH + " characters");
    }
    if (!written.chars().allMatch(HostName::isPlain)) {
      throw new RefusedException(
          400, "a host's name has other characters than letters, digits, hyphens and dots");
    }
    String name = written.toLowerCase(Locale.ROOT);
    String[] labels = name.split("\\.", -1);
    for (String label : labels) {
      if (!label.matches(LABEL)) {
        throw new RefusedException(400, "'" + name + "' is not a host's name as it is needed here");
      }
    }
    if (labels.length < 2 || !Character.isLetter(labels[labels.length - 1].charAt(0))) {
      throw new RefusedException(
          400, "'" + name + "' is an address or a local name; only public names are passed on");
    }
    return new HostName(name);
  }

  private static boolean isPlain(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '.';
  }

  @Override
  public String toString() {
    return text;
  }
}
