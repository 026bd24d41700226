package dev.freehold.cli.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The system's setting for pages of two megabytes: whether memory that was not asked for them gets
/// them.
public final class TransparentHugePages {
  private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");

  private TransparentHugePages() {}

  /// `always`, `madvise`, `never`, or `unknown` where the system does not tell.
  public static String setting() {
    try {
      return chosen(Files.readString(SETTING));
    } catch (IOException none) {
      return "unknown";
    }
  }

  /// Of several words the one in brackets.
  static String chosen(String words) {
    Matcher chosen = CHOSEN.matcher(words);
    return chosen.find() ? chosen.group(1) : "unknown";
  }
}
