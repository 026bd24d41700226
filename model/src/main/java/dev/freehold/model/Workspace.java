package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Rows;
import java.util.HashMap;
import java.util.Map;

/// The rows that a step works in, made once when a model is opened and shared by its layers.
///
/// Layers run one after the other, so those that ask for rows of the same purpose and width get the
/// same ones.
final class Workspace {
  private record Key(String purpose, int columns) {}

  private static final String ANY_PURPOSE = "";

  private final int maxTokens;
  private final Map<Key, Rows> rows = new HashMap<>();
  private final Map<Key, Activations> activations = new HashMap<>();

  Workspace(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  /// Tokens of a step at most.
  int maxTokens() {
    return maxTokens;
  }

  Rows rows(String purpose, int columns) {
    return rows.computeIfAbsent(
        new Key(purpose, columns), key -> Rows.allocate(maxTokens, columns));
  }

  /// Rows to multiply matrices with; set anew before each use.
  Activations activations(int columns) {
    return activations(ANY_PURPOSE, columns);
  }

  /// The same, for a purpose whose rows stay while others are multiplied.
  Activations activations(String purpose, int columns) {
    return activations.computeIfAbsent(
        new Key(purpose, columns), key -> new Activations(maxTokens, columns));
  }

  /// Bytes of all rows.
  long byteSize() {
    return rows.values().stream().mapToLong(view -> 4L * view.data().length).sum();
  }
}
