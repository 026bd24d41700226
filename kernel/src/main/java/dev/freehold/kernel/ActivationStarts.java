package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Multiples of the sums of blocks of activations, where emitted kernels begin their sums; made on
/// demand, and kept until the activations change.
///
/// Each factor has memory of its own, since matrices of several dtypes may be multiplied at once.
final class ActivationStarts {
  private final Int8Blocks blocks;
  private final List<Multiples> whole = new ArrayList<>();
  private final List<Multiples> halves = new ArrayList<>();
  private float[] sums = {};
  private MemorySegment sumsSegment = MemorySegment.NULL;
  private boolean hasSums;

  /// Those by one factor.
  private static final class Multiples {
    final int factor;
    int[] values = {};
    MemorySegment segment = MemorySegment.NULL;
    boolean made;

    Multiples(int factor) {
      this.factor = factor;
    }

    void reserve(int count) {
      if (values.length < count) {
        values = new int[count];
        segment = MemorySegment.ofArray(values);
      }
    }
  }

  ActivationStarts(Int8Blocks blocks) {
    this.blocks = blocks;
  }

  /// Forgets what was made.
  void clear() {
    for (int i = 0; i < whole.size(); i++) {
      whole.get(i).made = false;
    }
    for (int i = 0; i < halves.size(); i++) {
      halves.get(i).made = false;
    }
    hasSums = false;
  }

  private static Multiples by(int factor, List<Multiples> all) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).factor == factor) {
        return all.get(i);
      }
    }
    Multiples multiples = new Multiples(factor);
    all.add(multiples);
    return multiples;
  }

  /// `factor` times the sum of each of `count` blocks of 32, an int32.
  MemorySegment whole(int factor, int count) {
    Multiples starts = by(factor, whole);
    if (!starts.made) {
      starts.reserve(count);
      short[] halfSums = blocks.halfSums();
      for (int b = 0; b < count; b++) {
        starts.values[b] = factor * (halfSums[2 * b] + halfSums[2 * b + 1]);
      }
      starts.made = true;
    }
    return starts.segment;
  }

  /// `factor` times the sum of each half of `count` blocks, an int32.
  MemorySegment halves(int factor, int count) {
    Multiples starts = by(factor, halves);
    if (!starts.made) {
      starts.reserve(2 * count);
      short[] halfSums = blocks.halfSums();
      for (int i = 0; i < 2 * count; i++) {
        starts.values[i] = factor * halfSums[i];
      }
      starts.made = true;
    }
    return starts.segment;
  }

  /// The sum of each of `count` blocks, a float32.
  MemorySegment sums(int count) {
    if (sums.length < count) {
      sums = new float[count];
      sumsSegment = MemorySegment.ofArray(sums);
    }
    if (!hasSums) {
      short[] halfSums = blocks.halfSums();
      for (int b = 0; b < count; b++) {
        sums[b] = halfSums[2 * b] + halfSums[2 * b + 1];
      }
      hasSums = true;
    }
    return sumsSegment;
  }
}
