package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/// Random weights of any dtype and random activations, extremes and zeros included.
final class RandomBlocks {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

  /// A matrix whose integers are at the ends of their ranges: each row repeats one byte or two, and
  /// all scales are 1 or near it.
  static Tensor extremes(Dtype dtype, int columns) {
    int[][] patterns = {
      {0x80}, {0x7f}, {0xff}, {0x00}, {0x80, 0x7f}, {0x7f, 0x80}, {0xf0, 0x0f}, {0xff, 0x00}
    };
    int rows = 3 * patterns.length;
    MemorySegment data = Arena.ofAuto().allocate(dtype.byteSize((long) rows * columns));
    long rowBytes = dtype.byteSize(columns);
    for (int r = 0; r < rows; r++) {
      int[] pattern = patterns[r % patterns.length];
      for (long i = 0; i < rowBytes; i++) {
        byte value = (byte) pattern[(int) (i % pattern.length)];
        data.set(ValueLayout.JAVA_BYTE, r * rowBytes + i, value);
      }
      for (long block = r * rowBytes; block < (r + 1) * rowBytes; block += dtype.blockBytes()) {
        for (int at : scalesAt(dtype)) {
          data.set(U16, block + at, Float.floatToFloat16(1));
        }
      }
    }
    return Tensor.of("extremes", dtype, data, rows, columns);
  }

  /// Where the float16 scales of a block are.
  private static int[] scalesAt(Dtype dtype) {
    return switch (dtype) {
      case Q8_0, Q4_0 -> new int[] {0};
      case Q4_K -> new int[] {0, 2};
      case Q6_K -> new int[] {208};
      default -> throw new IllegalArgumentException(dtype.toString());
    };
  }

  /// Activations that become 127 and -127: all, by turns, or by pairs, from token to token.
  static Rows extremeRows(int tokens, int columns) {
    Rows rows = Rows.allocate(tokens, columns);
    for (int t = 0; t < tokens; t++) {
      for (int k = 0; k < columns; k++) {
        boolean negative =
            switch (t % 4) {
              case 0 -> false;
              case 1 -> true;
              case 2 -> k % 2 == 1;
              default -> k / 2 % 2 == 0;
            };
        rows.data()[rows.at(t) + k] = negative ? -1 : 1;
      }
    }
    return rows;
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
