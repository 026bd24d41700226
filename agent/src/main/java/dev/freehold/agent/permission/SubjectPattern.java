package dev.freehold.agent.permission;

import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.PathGlob;
import java.util.Arrays;
import java.util.List;

/// Patterns over what effects are on.
///
/// `*` alone is everything. Over paths `*` and `?` stay within a name, and `**` goes over folders.
/// Over commands a pattern is words that the line must begin with, and a line of which a shell
/// makes more than one plain command, or that it expands, is fitted by the very same line only.
/// Over anything else a pattern is the text itself, where `*` at its end stands for any rest.
final class SubjectPattern {
  private static final String SHELL_SYNTAX = ";&|<>`$(){}[]*?!#~\\\"'\n\r";

  private SubjectPattern() {}

  static boolean matches(String pattern, Effect.Subject subject) {
    if (pattern.equals("*")) {
      return true;
    }
    return switch (subject.kind()) {
      case PATH -> new PathGlob(pattern).matches(subject.text());
      case COMMAND -> command(pattern, subject.text());
      case OTHER ->
          pattern.endsWith("*")
              ? subject.text().startsWith(pattern.substring(0, pattern.length() - 1))
              : subject.text().equals(pattern);
    };
  }

  private static boolean command(String pattern, String line) {
    if (line.equals(pattern)) {
      return true;
    }
    if (line.chars().anyMatch(c -> SHELL_SYNTAX.indexOf(c) >= 0)) {
      return false;
    }
    List<String> wanted = words(pattern);
    List<String> found = words(line);
    return !wanted.isEmpty()
        && wanted.size() <= found.size()
        && found.subList(0, wanted.size()).equals(wanted);
  }

  private static List<String> words(String line) {
    return Arrays.stream(line.split("[ \t]+")).filter(word -> !word.isEmpty()).toList();
  }
}
