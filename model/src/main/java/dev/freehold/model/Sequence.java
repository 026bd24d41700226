package dev.freehold.model;

import dev.freehold.kernel.HugePageArena;
import dev.freehold.kernel.KeyValueStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The state of one text in one model: keys and values, and the state of recurrences and
/// convolutions.
///
/// Made by [Model#newSequence], extended by [Model#forward]; owns its memory. Used by one thread at
/// a time.
public final class Sequence implements AutoCloseable {
  private final Model model;
  private final int capacity;
  private final Arena arena;
  private final LayerState[] states;
  private int length;
  private boolean broken;
  private boolean closed;

  Sequence(Model model, int capacity) {
    this.model = model;
    this.capacity = capacity;
    this.arena = new HugePageArena();
    this.states = model.newStates(arena);
  }

  /// Positions that are taken.
  public int length() {
    return length;
  }

  /// Positions at most.
  public int capacity() {
    return capacity;
  }

  public Model model() {
    return model;
  }

  /// Bytes that the state takes now.
  public long byteSize() {
    requireUsable();
    return SequenceState.byteSize(states);
  }

  /// Whether all of the state can be cut back to an earlier position.
  public boolean canTruncate() {
    for (LayerState state : states) {
      if (state instanceof LayerState.Recurrent) {
        return false;
      }
    }
    return true;
  }

  /// Forgets the positions from `newLength` on.
  ///
  /// @throws ModelException where the model has recurrent layers and `newLength` is neither the
  ///   length nor 0: their state holds all of the past and cannot be taken apart
  public void truncate(int newLength) {
    requireUsable();
    requireReachable(newLength);
    cut(newLength);
  }

  private void requireReachable(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new ModelException(
          "sequence of %d positions: cannot be cut to %d".formatted(length, newLength));
    }
    if (newLength != length && newLength != 0 && !canTruncate()) {
      throw new ModelException(
          ("sequence of %d positions: cannot be cut to %d: %s has recurrent layers; fork or save it"
                  + " there instead, or start again")
              .formatted(length, newLength, model.architecture().family()));
    }
  }

  private void cut(int newLength) {
    for (LayerState state : states) {
      switch (state) {
        case LayerState.KeyValues keyValues -> keyValues.store().truncate(newLength);
        case LayerState.Recurrent recurrent -> {
          if (newLength == 0) {
            java.util.Arrays.fill(recurrent.convolution(), 0);
            java.util.Arrays.fill(recurrent.memory(), 0);
          }
        }
        case LayerState.None none -> {}
      }
    }
    length = newLength;
  }

  /// A sequence of its own with the same state; both continue alike.
  public Sequence fork() {
    return fork(capacity);
  }

  public Sequence fork(int newCapacity) {
    return forkPrefix(length, newCapacity);
  }

  /// A sequence of its own with the state after the first `positions` positions.
  ///
  /// @throws ModelException where the model has recurrent layers and `positions` is neither the
  ///   length nor 0
  public Sequence forkPrefix(int positions, int newCapacity) {
    requireUsable();
    requireReachable(positions);
    Sequence copy = model.newSequence(Math.max(newCapacity, Math.max(1, positions)));
    try {
      for (int i = 0; positions > 0 && i < states.length; i++) {
        states[i].copyTo(copy.states[i], positions);
      }
      copy.length = positions;
      return copy;
    } catch (Throwable e) {
      copy.close();
      throw e;
    }
  }

  /// Bytes that [#save] writes.
  public long savedByteSize() {
    requireUsable();
    return SequenceState.HEADER_BYTES + SequenceState.byteSize(states);
  }

  /// Writes the state to memory, to be read by [Model#restoreSequence].
  public void save(MemorySegment target) {
    long bytes = savedByteSize();
    if (target.byteSize() < bytes) {
      throw new ModelException(
          "saving a sequence: needs %d bytes, found %d".formatted(bytes, target.byteSize()));
    }
    SequenceState.save(model.stateKey(), length, states, target);
  }

  /// The state as bytes; for states of less than 2 GiB.
  public byte[] save() {
    long bytes = savedByteSize();
    if (bytes > Integer.MAX_VALUE - 16) {
      throw new ModelException(
          "saving a sequence: %d bytes exceed an array; save to a mapped file".formatted(bytes));
    }
    byte[] saved = new byte[(int) bytes];
    SequenceState.save(model.stateKey(), length, states, MemorySegment.ofArray(saved));
    return saved;
  }

  LayerState[] states() {
    return states;
  }

  void restore(int newLength) {
    length = newLength;
  }

  void advance(int tokens) {
    length += tokens;
  }

  /// Undoes a step that failed; a sequence whose state cannot be cut back is unusable from then on.
  void undo() {
    if (canTruncate()) {
      for (LayerState state : states) {
        if (state instanceof LayerState.KeyValues keyValues) {
          KeyValueStore store = keyValues.store();
          store.truncate(Math.min(store.length(), length));
        }
      }
    } else {
      broken = true;
    }
  }

  /// Whether it can go on: it was not closed, and no step failed that could not be undone.
  public boolean isUsable() {
    return !closed && !broken;
  }

  void requireUsable() {
    if (closed) {
      throw new ModelException("this sequence is closed");
    }
    if (broken) {
      throw new ModelException(
          "this sequence is unusable since a step of it failed; restore or start another one");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }
}
