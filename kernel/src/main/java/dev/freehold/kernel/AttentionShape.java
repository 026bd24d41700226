package dev.freehold.kernel;

/// What an attention layer computes, apart from its weights.
///
/// @param heads query heads H
/// @param keyValueHeads heads G of keys and values; query head h reads head h / (H / G)
/// @param keyDim length of a query and of a key
/// @param valueDim length of a value
/// @param scale factor of the scores
/// @param window number of positions that a token sees, itself included; 0 for all before it
/// @param softcap scores become softcap * tanh(score / softcap); 0 for none
public record AttentionShape(
    int heads,
    int keyValueHeads,
    int keyDim,
    int valueDim,
    float scale,
    int window,
    float softcap) {
  public AttentionShape {
    if (heads < 1 || keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new KernelException(
          "attention: %d query heads are no multiple of %d key-value heads"
              .formatted(heads, keyValueHeads));
    }
    if (keyDim < 1 || valueDim < 1 || window < 0) {
      throw new KernelException(
          "attention: key size %d, value size %d, window %d".formatted(keyDim, valueDim, window));
    }
  }

  /// First position that the token at `position` sees.
  public int firstVisible(int position) {
    return window == 0 ? 0 : Math.max(0, position - window + 1);
  }
}
