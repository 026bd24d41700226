package dev.freehold.model;

import dev.freehold.kernel.DeltaRule;
import dev.freehold.kernel.KeyValueStore;
import dev.freehold.kernel.StateSpace;

/// What a sequence holds for one layer.
sealed interface LayerState {
  /// Makes the state of the same layer of another sequence that of this one's first positions.
  void copyTo(LayerState target, int positions);

  /// A layer that reads the keys and values of another.
  record None() implements LayerState {
    @Override
    public void copyTo(LayerState target, int positions) {}
  }

  record KeyValues(KeyValueStore store) implements LayerState {
    @Override
    public void copyTo(LayerState target, int positions) {
      ((KeyValues) target).store().copy(store, positions);
    }
  }

  /// State that each token replaces: the last inputs of a convolution, and the memory of a
  /// recurrence.
  sealed interface Recurrent extends LayerState {
    float[] convolution();

    float[] memory();

    @Override
    default void copyTo(LayerState target, int positions) {
      Recurrent recurrent = (Recurrent) target;
      System.arraycopy(convolution(), 0, recurrent.convolution(), 0, convolution().length);
      System.arraycopy(memory(), 0, recurrent.memory(), 0, memory().length);
    }
  }

  record DeltaNet(float[] convolution, DeltaRule call) implements Recurrent {
    @Override
    public float[] memory() {
      return call.state();
    }
  }

  record Mamba(float[] convolution, StateSpace call) implements Recurrent {
    @Override
    public float[] memory() {
      return call.state();
    }
  }

  record Convolution(float[] convolution) implements Recurrent {
    private static final float[] NONE = {};

    @Override
    public float[] memory() {
      return NONE;
    }
  }
}
