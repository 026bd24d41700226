package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// The formats of one to three bits without sub-scales: one float16 scale `d` a block.
enum TernaryFormat implements BlockFormat {
  /// `d * (t - 1)`, t of 0 to 2: five ternary digits in a byte, 256 elements a block.
  ///
  /// Bytes: 48 and 4 of digits, d. Digit `n` of byte `b` is `((b * 3^n mod 256) * 3) / 256`. Bytes
  /// 0 to 31 hold digit `n` of elements `32 n` and up, bytes 32 to 47 of elements `160 + 16 n` and
  /// up, bytes 48 to 51 of elements `240 + 4 n` and up (four digits each).
  TQ1_0(Dtype.TQ1_0, 1) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 54L * (index >> 3);
      int first = 32 * (index & 7);
      int[] weights = out.weights;
      for (int k = 0; k < 32; k++) {
        int e = first + k;
        if (e < 160) {
          weights[k] = digit(BlockBytes.u8(src, block + (e & 31)), e >> 5);
        } else if (e < 240) {
          weights[k] = digit(BlockBytes.u8(src, block + 32 + (e & 15)), (e - 160) >> 4);
        } else {
          weights[k] = digit(BlockBytes.u8(src, block + 48 + (e & 3)), (e - 240) >> 2);
        }
      }
      out.setScale(BlockBytes.f16(src, block + 52));
    }

    private int digit(int packed, int n) {
      int power =
          switch (n) {
            case 0 -> 1;
            case 1 -> 3;
            case 2 -> 9;
            case 3 -> 27;
            default -> 81;
          };
      return (((packed * power) & 0xff) * 3 >> 8) - 1;
    }
  },
  /// `d * (q - 1)`, q of 2 bits, 256 elements a block; bytes: 64 of q (as in Q2_K), d.
  TQ2_0(Dtype.TQ2_0, 2) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 66L * (index >> 3);
      int s = index & 7;
      long qs = block + 32 * (s >> 2);
      int shift = 2 * (s & 3);
      int[] weights = out.weights;
      for (int k = 0; k < 32; k++) {
        weights[k] = ((BlockBytes.u8(src, qs + k) >> shift) & 3) - 1;
      }
      out.setScale(BlockBytes.f16(src, block + 64));
    }
  },
  /// `d` where the bit is set, else `-d`, 128 elements a block; bytes: d, 16 of bits in order.
  Q1_0(Dtype.Q1_0, 1) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 18L * (index >> 2);
      int bits = BlockBytes.u32(src, block + 2 + 4 * (index & 3));
      int[] weights = out.weights;
      for (int k = 0; k < 32; k++) {
        weights[k] = 2 * ((bits >>> k) & 1) - 1;
      }
      out.setScale(BlockBytes.f16(src, block));
    }
  },
  /// `d * (q - 1)`, q of 2 bits, 64 elements a block; bytes: d, 16 of q in order.
  Q2_0(Dtype.Q2_0, 2) {
    @Override
    public void decode(MemorySegment src, long rowOffset, int index, IntegerBlock out) {
      long block = rowOffset + 18L * (index >> 1);
      long bits = BlockBytes.u64(src, block + 2 + 8 * (index & 1));
      int[] weights = out.weights;
      for (int k = 0; k < 32; k++) {
        weights[k] = (int) ((bits >>> (2 * k)) & 3) - 1;
      }
      out.setScale(BlockBytes.f16(src, block));
    }
  };

  private final Dtype dtype;
  private final int maxWeight;

  TernaryFormat(Dtype dtype, int maxWeight) {
    this.dtype = dtype;
    this.maxWeight = maxWeight;
  }

  @Override
  public Dtype dtype() {
    return dtype;
  }

  @Override
  public boolean hasIntegerForm() {
    return maxWeight > 0;
  }

  @Override
  public int maxWeight() {
    return maxWeight;
  }
}
