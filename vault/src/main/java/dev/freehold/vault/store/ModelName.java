package dev.freehold.vault.store;

import dev.freehold.vault.VaultException;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a kept model is called: `org/name:tag`.
public record ModelName(String name, String tag) {
  /// The tag of a name without one.
  public static final String LATEST = "latest";

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,5}");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  public ModelName {
    if (!NAME.matcher(name).matches() || !TAG.matcher(tag).matches()) {
      throw new VaultException(
          "\"%s:%s\" is not a name for a kept model: parts of letters, digits, . _ - joined by /,"
                  .formatted(shown(name), shown(tag))
              + " then :tag, are allowed");
    }
  }

  /// Reads `name` or `name:tag`.
  public static ModelName parse(String text) {
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? new ModelName(text, LATEST)
        : new ModelName(text.substring(0, colon), text.substring(colon + 1));
  }

  /// Whether two names are one where case is not told apart, as in file systems and registries.
  boolean isTwinOf(ModelName other) {
    return !equals(other) && folded().equals(other.folded());
  }

  private String folded() {
    return toString().toLowerCase(Locale.ROOT);
  }

  private static String shown(String text) {
    String start = text.length() > 120 ? text.substring(0, 120) + "..." : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public String toString() {
    return name + ":" + tag;
  }
}
