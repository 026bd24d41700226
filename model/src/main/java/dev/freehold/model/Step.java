package dev.freehold.model;

/// The tokens that one pass through the layers works on; one object per model, set anew per pass.
final class Step {
  private LayerState[] states = {};
  private int position;
  private int tokens;

  /// @param newPosition where the first token stands
  void set(LayerState[] newStates, int newPosition, int newTokens) {
    states = newStates;
    position = newPosition;
    tokens = newTokens;
  }

  /// What the sequence holds for a layer.
  LayerState state(int layer) {
    return states[layer];
  }

  int position() {
    return position;
  }

  int tokens() {
    return tokens;
  }
}
