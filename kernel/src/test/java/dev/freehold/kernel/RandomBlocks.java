package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/// Random weights of any dtype and random activations, extremes and zeros included.
final class RandomBlocks {
  private RandomBlocks() {}

  /// A matrix of random blocks, drawn again where a value is not finite or beyond 1000.
  static Tensor tensor(Dtype dtype, int rows, int columns, Random random) {
    int blockBytes = dtype.blockBytes();
    int blocks = rows * columns / dtype.blockLength();
    MemorySegment data = Arena.ofAuto().allocate((long) blocks * blockBytes);
    byte[] bytes = new byte[blockBytes];
    MemorySegment block = Arena.ofAuto().allocate(blockBytes);
    float[] values = new float[dtype.blockLength()];
    for (int b = 0; b < blocks; b++) {
      do {
        random.nextBytes(bytes);
        if (random.nextInt(20) == 0) {
          Arrays.fill(bytes, (byte) (random.nextInt(3) - 1));
        }
        block.copyFrom(MemorySegment.ofArray(bytes));
        BlockFormat.of(dtype).dequantize(block, 0, values, 0, values.length);
      } while (!usable(values));
      data.asSlice((long) b * blockBytes, blockBytes).copyFrom(block);
    }
    return Tensor.of(dtype + "_" + columns, dtype, data, rows, columns);
  }

  private static boolean usable(float[] values) {
    for (float value : values) {
      if (!(Math.abs(value) < 1000)) {
        return false;
      }
    }
    return true;
  }

  /// Activations of several magnitudes, with blocks of zeros and of denormals.
  static Rows rows(int tokens, int columns, Random random) {
    Rows rows = Rows.allocate(tokens, columns);
    float[] data = rows.data();
    float magnitude = 1;
    for (int i = 0; i < data.length; i++) {
      if (i % 32 == 0) {
        magnitude =
            switch (random.nextInt(8)) {
              case 0 -> 0f;
              case 1 -> -0f;
              case 2 -> Float.MIN_VALUE * 100;
              case 3 -> 1e-30f;
              case 4 -> 1e4f;
              default -> 1f;
            };
      }
      data[i] = (float) random.nextGaussian() * magnitude;
    }
    return rows;
  }
}
