package dev.freehold.agent.tool;

import java.util.Arrays;

/// A pattern over paths with `/` between names: `*` and `?` stay within a name, `**` goes over
/// folders, and `**/` stands for any folders or none.
///
/// Matching takes time in proportion to pattern and path together multiplied, whatever they are.
public final class PathGlob {
  private final String pattern;

  public PathGlob(String pattern) {
    this.pattern = pattern;
  }

  public boolean matches(String path) {
    boolean[] reached = new boolean[pattern.length() + 1];
    reached[0] = true;
    skip(reached, true);
    for (int i = 0; i < path.length(); i++) {
      boolean startsName = i + 1 < path.length() && path.charAt(i) == '/';
      reached = next(reached, path.charAt(i));
      skip(reached, startsName);
    }
    return reached[pattern.length()];
  }

  /// The places of the pattern that are reached with one more character.
  private boolean[] next(boolean[] reached, char c) {
    boolean[] after = new boolean[reached.length];
    for (int p = 0; p < pattern.length(); p++) {
      if (!reached[p]) {
        continue;
      }
      if (isDeep(p)) {
        after[p] = true;
      } else if (pattern.charAt(p) == '*') {
        after[p] |= c != '/';
      } else if (pattern.charAt(p) == c || pattern.charAt(p) == '?' && c != '/') {
        after[p + 1] = true;
      }
    }
    return after;
  }

  private boolean isDeep(int p) {
    return pattern.startsWith("**", p);
  }

  /// Adds the places that are reached without a character, as stars stand for nothing too.
  ///
  /// @param startsName whether a name of the path begins here
  private void skip(boolean[] reached, boolean startsName) {
    for (int p = 0; p < pattern.length(); p++) {
      if (!reached[p]) {
        continue;
      }
      boolean isFolders = pattern.startsWith("**/", p) && (p == 0 || pattern.charAt(p - 1) == '/');
      if (isFolders) {
        reached[p + 3] |= startsName;
      } else if (isDeep(p)) {
        reached[p + 2] = true;
      } else if (pattern.charAt(p) == '*') {
        reached[p + 1] = true;
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathGlob glob && glob.pattern.equals(pattern);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(pattern.toCharArray());
  }

  @Override
  public String toString() {
    return pattern;
  }
}
