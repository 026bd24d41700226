package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Rows;
import java.util.HashMap;
import java.util.Map;

/// The rows that a step works in, shared by the layers of a model. They take memory when the first
/// step needs it, and more when a longer one comes.
///
/// Layers run one after the other, so those that ask for rows of the same purpose and width get the
/// same ones.
final class Workspace {
  private static final String ANY_PURPOSE = "";

  private final int maxTokens;
  private final Map<String, Rows> all = new HashMap<>();
  private final Map<String, Activations> activations = new HashMap<>();
  private int reserved;

  Workspace(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  /// Tokens of a step at most.
  int maxTokens() {
    return maxTokens;
  }

  /// Makes room for a step of so many tokens.
  void reserve(int tokens) {
    if (tokens > reserved) {
      int room = Math.min(Math.max(tokens, 2 * reserved), maxTokens);
      all.values().forEach(each -> each.reserve(room));
      reserved = room;
    }
  }

  Rows rows(String purpose, int columns) {
    Rows rows =
        all.computeIfAbsent(key(purpose, columns), absent -> Rows.growing(maxTokens, columns));
    rows.reserve(reserved);
    return rows;
  }

  /// Rows to multiply matrices with; set anew before each use.
  Activations activations(int columns) {
    return activations(ANY_PURPOSE, columns);
  }

  /// The same, for a purpose whose rows stay while others are multiplied.
  Activations activations(String purpose, int columns) {
    return activations.computeIfAbsent(
        key(purpose, columns), absent -> new Activations(maxTokens, columns));
  }

  private static String key(String purpose, int columns) {
    return columns + purpose;
  }
}
