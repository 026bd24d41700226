package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// Multiples of the sums of blocks of activations, where emitted kernels begin their sums; made on
/// demand, and kept until the activations change.
final class ActivationStarts {
  private final short[] halfSums;
  private int[] whole = {};
  private MemorySegment wholeSegment = MemorySegment.NULL;
  private int wholeFactor;
  private int[] halves = {};
  private MemorySegment halvesSegment = MemorySegment.NULL;
  private int halvesFactor;
  private float[] sums = {};
  private MemorySegment sumsSegment = MemorySegment.NULL;
  private boolean hasSums;

  ActivationStarts(short[] halfSums) {
    this.halfSums = halfSums;
  }

  /// Forgets what was made.
  void clear() {
    wholeFactor = 0;
    halvesFactor = 0;
    hasSums = false;
  }

  /// `factor` times the sum of each of `count` blocks of 32, an int32.
  MemorySegment whole(int factor, int count) {
    if (whole.length < count) {
      whole = new int[count];
      wholeSegment = MemorySegment.ofArray(whole);
    }
    if (wholeFactor != factor) {
      for (int b = 0; b < count; b++) {
        whole[b] = factor * (halfSums[2 * b] + halfSums[2 * b + 1]);
      }
      wholeFactor = factor;
    }
    return wholeSegment;
  }

  /// `factor` times the sum of each half of `count` blocks, an int32.
  MemorySegment halves(int factor, int count) {
    if (halves.length < 2 * count) {
      halves = new int[2 * count];
      halvesSegment = MemorySegment.ofArray(halves);
    }
    if (halvesFactor != factor) {
      for (int i = 0; i < 2 * count; i++) {
        halves[i] = factor * halfSums[i];
      }
      halvesFactor = factor;
    }
    return halvesSegment;
  }

  /// The sum of each of `count` blocks, a float32.
  MemorySegment sums(int count) {
    if (sums.length < count) {
      sums = new float[count];
      sumsSegment = MemorySegment.ofArray(sums);
    }
    if (!hasSums) {
      for (int b = 0; b < count; b++) {
        sums[b] = halfSums[2 * b] + halfSums[2 * b + 1];
      }
      hasSums = true;
    }
    return sumsSegment;
  }
}
