package dev.freehold.model;

/// The tokens that one pass through the layers works on, in parts of one sequence each; one object
/// per model, filled anew per pass.
///
/// The rows of a part follow those of the part before it.
final class Step {
  private static final LayerState[] NONE = {};

  private final LayerState[][] states;
  private final int[] firstRow;
  private final int[] position;
  private final int[] count;
  private int parts;
  private int tokens;

  Step(int maxTokens) {
    this.states = new LayerState[maxTokens][];
    this.firstRow = new int[maxTokens];
    this.position = new int[maxTokens];
    this.count = new int[maxTokens];
  }

  void clear() {
    while (parts > 0) {
      states[--parts] = NONE;
    }
    tokens = 0;
  }

  /// @param newPosition where the part's first token stands in its sequence
  void add(LayerState[] newStates, int newPosition, int newCount) {
    states[parts] = newStates;
    position[parts] = newPosition;
    firstRow[parts] = tokens;
    count[parts] = newCount;
    parts++;
    tokens += newCount;
  }

  int parts() {
    return parts;
  }

  /// What the sequence of a part holds for a layer.
  LayerState state(int part, int layer) {
    return states[part][layer];
  }

  /// The row of a part's first token.
  int firstRow(int part) {
    return firstRow[part];
  }

  int position(int part) {
    return position[part];
  }

  /// Tokens of a part.
  int count(int part) {
    return count[part];
  }

  /// Tokens of all parts.
  int tokens() {
    return tokens;
  }
}
