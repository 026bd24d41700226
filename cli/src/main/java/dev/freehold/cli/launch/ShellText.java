package dev.freehold.cli.launch;

import java.util.regex.Pattern;

/// Texts as a POSIX shell reads them.
public final class ShellText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellText() {}

  /// One word of a command line, in quotes where it needs them.
  public static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
