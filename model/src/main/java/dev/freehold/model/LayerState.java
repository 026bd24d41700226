package dev.freehold.model;

import dev.freehold.kernel.DeltaRule;
import dev.freehold.kernel.KeyValueStore;
import dev.freehold.kernel.StateSpace;

/// What a sequence holds for one layer.
sealed interface LayerState {
  /// A layer that reads the keys and values of another.
  record None() implements LayerState {}

  record KeyValues(KeyValueStore store) implements LayerState {}

  /// State that each token replaces: the last inputs of a convolution, and the memory of a
  /// recurrence.
  sealed interface Recurrent extends LayerState {
    float[] convolution();

    float[] memory();
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
