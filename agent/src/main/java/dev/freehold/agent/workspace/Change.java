package dev.freehold.agent.workspace;

/// One file that an agent changed, as a person reads it.
///
/// @param path within the folder, `/` between names
/// @param text the difference line by line, as `diff -u` writes it; a line that says what it is
///   where it is binary, a link, or too large for that
/// @param added lines, or 0
/// @param removed lines, or 0
/// @param isKept whether it is left out when changes are taken over, and why is in the text
public record Change(Kind kind, String path, String text, int added, int removed, boolean isKept) {
  /// What happened to it.
  public enum Kind {
    ADDED,
    CHANGED,
    DELETED
  }
}
