package dev.freehold.bench;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/// Random weight blocks of a dtype with the spread of a trained matrix, handed out over and over.
///
/// Quants are uniformly random bits; the scales are set so that values spread over about ±0.04.
/// Their signs are random, so that values are 0 on average: otherwise rows of different tokens grow
/// alike from layer to layer, and all choose the same experts.
final class RandomBlocks {
  private static final int BLOCKS = 1 << 14;
  private static final float SPREAD = 0.04f;

  private final MemorySegment pool;

  RandomBlocks(Dtype dtype, long seed) {
    byte[] bytes = new byte[BLOCKS * dtype.blockBytes()];
    Random random = new Random(seed);
    random.nextBytes(bytes);
    pool = MemorySegment.ofArray(bytes);
    for (int block = 0; block < BLOCKS; block++) {
      setScales(dtype, (long) block * dtype.blockBytes(), random);
    }
  }

  private void half(long at, float value) {
    pool.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(value));
  }

  private void setScales(Dtype dtype, long at, Random random) {
    float sign = random.nextBoolean() ? 1 : -1;
    float jitter = sign * (0.75f + random.nextFloat() / 2);
    switch (dtype) {
      case F32 ->
          pool.set(
              ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) random.nextGaussian() * SPREAD / 2);
      case F16 -> half(at, (float) random.nextGaussian() * SPREAD / 2);
      case BF16 ->
          pool.set(
              ValueLayout.JAVA_SHORT_UNALIGNED,
              at,
              (short) (Float.floatToRawIntBits((float) random.nextGaussian() * SPREAD / 2) >>> 16));
      case Q8_0 -> half(at, jitter * SPREAD / 127);
      case Q4_0 -> half(at, jitter * SPREAD / 8);
      case Q4_K, Q5_K -> {
        int levels = dtype == Dtype.Q4_K ? 16 : 32;
        half(at, jitter * 2 * SPREAD / levels / 32);
        half(at + 2, jitter * SPREAD / 32);
      }
      case Q6_K -> half(at + dtype.blockBytes() - 2, jitter * SPREAD / 32 / 64);
      default -> throw new IllegalArgumentException("no random blocks of " + dtype);
    }
  }

  /// Some part of the pool, at most `bytes` long and a whole number of blocks.
  MemorySegment take(long bytes) {
    return pool.asSlice(0, Math.min(bytes, pool.byteSize()));
  }
}
