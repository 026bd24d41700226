package dev.freehold.kernel;

import org.jspecify.annotations.Nullable;

/// The arguments of one attention layer in one step; made once per workspace and set per call, so
/// that no step allocates.
public final class AttentionCall {
  private static final float[] NO_SINKS = {};

  final AttentionShape shape;
  final Rows queries;
  final Rows outputs;
  final float[] sinks;
  KeyValueStore store;
  int firstRow;
  int firstPosition;
  int tokens;

  /// Rows of the keys and values that are to be written to the store first, if any.
  @Nullable Rows newKeys;

  @Nullable Rows newValues;

  /// @param queries rows of H heads of keyDim
  /// @param outputs rows of H heads of valueDim
  /// @param sinks one logit per query head that takes part in the softmax without a value, or empty
  /// @param store any store; [#set] replaces it
  public AttentionCall(
      AttentionShape shape, Rows queries, Rows outputs, float[] sinks, KeyValueStore store) {
    if (sinks.length != 0 && sinks.length != shape.heads()) {
      throw new KernelException(
          "attention: %d sinks for %d heads".formatted(sinks.length, shape.heads()));
    }
    this.shape = shape;
    this.queries = queries;
    this.outputs = outputs;
    this.sinks = sinks.length == 0 ? NO_SINKS : sinks;
    this.store = store;
  }

  /// Row `first` of the queries stands at `position`, `count` rows from there on are of one
  /// sequence; the store holds the keys and values of all its positions up to `position + count -
  /// 1`.
  public AttentionCall set(KeyValueStore newStore, int position, int first, int count) {
    check(newStore);
    if (newStore.length() < position + count) {
      throw new KernelException(
          "attention: %d positions are held, %d are needed"
              .formatted(newStore.length(), position + count));
    }
    store = newStore;
    firstRow = first;
    firstPosition = position;
    tokens = count;
    newKeys = null;
    newValues = null;
    return this;
  }

  /// The same for rows whose keys and values the store does not hold yet: they are appended to it,
  /// each head by who attends with it, so that what was just written is near.
  ///
  /// @param keys rows of G heads of keyDim, as [KeyValueStore#append] takes them
  /// @param values rows of G heads of valueDim
  public AttentionCall append(
      KeyValueStore newStore, Rows keys, Rows values, int first, int count) {
    check(newStore);
    keys.check("attention: new keys", first + count, shape.keyValueHeads() * shape.keyDim());
    values.check("attention: new values", first + count, shape.keyValueHeads() * shape.valueDim());
    newStore.extend(count);
    set(newStore, newStore.length() - count, first, count);
    newKeys = keys;
    newValues = values;
    return this;
  }

  private void check(KeyValueStore newStore) {
    if (newStore.heads() != shape.keyValueHeads()
        || newStore.keyDim() != shape.keyDim()
        || newStore.valueDim() != shape.valueDim()) {
      throw new KernelException(
          "attention: %s does not fit a store of %d heads, keys of %d and values of %d"
              .formatted(shape, newStore.heads(), newStore.keyDim(), newStore.valueDim()));
    }
  }

  /// Writes the new keys and values of a head to the store, where there are any.
  void write(int head, KeyValueWriter writer) {
    Rows keys = newKeys;
    Rows values = newValues;
    if (keys != null && values != null) {
      writer.write(store, head, keys, values, firstRow, tokens);
    }
  }
}
