package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [Unpackers] with the Vector API; a template, see [VectorTemplates].
///
/// Source: the layouts are those of [LegacyFormat] and [KFormat].
final class VectorUnpacker implements Unpackers {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int L = F.length();
  private static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * L)));
  private static final IntVector BYTE_SHIFTS = IntVector.zero(I).addIndex(8);

  @Override
  public boolean takes(Dtype dtype) {
    return switch (dtype) {
      case Q8_0, Q4_0, Q4_K, Q5_K, Q6_K -> true;
      default -> false;
    };
  }

  @Override
  public void unpack(Dtype dtype, MemorySegment weights, long offset, long rowBytes, Panel panel) {
    for (int r = 0; r < panel.rows; r++) {
      long row = offset + r * rowBytes;
      switch (dtype) {
        case Q8_0 -> q8(weights, row, r, panel);
        case Q4_0 -> q4(weights, row, r, panel);
        case Q4_K -> q4k(weights, row, r, panel);
        case Q5_K -> q5k(weights, row, r, panel);
        case Q6_K -> q6k(weights, row, r, panel);
        default -> throw new IllegalArgumentException(dtype.toString());
      }
    }
  }

  /// L unsigned bytes as integers.
  private static IntVector bytes(MemorySegment src, long at) {
    if (L == 4) {
      return IntVector.broadcast(I, BlockBytes.u32(src, at))
          .lanewise(VectorOperators.LSHR, BYTE_SHIFTS)
          .and(255);
    }
    return (IntVector)
        ByteVector.fromMemorySegment(B, src, at, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
  }

  private static void q8(MemorySegment src, long row, int r, Panel panel) {
    panel.hasMinimums = false;
    long from = row + panel.firstBlock * 34L;
    for (int b = 0; b < panel.blocks; b++) {
      panel.scales[b * Panel.ROWS + r] = BlockBytes.f16(src, from + b * 34L);
    }
    for (int b = 0; b < panel.blocks; b++) {
      int to = Panel.at(b, r);
      for (int k = 0; k < Activations.BLOCK; k += L) {
        long at = from + b * 34L + 2 + k;
        FloatVector v;
        if (L == 4) {
          v =
              (FloatVector)
                  bytes(src, at)
                      .lanewise(VectorOperators.LSHL, 24)
                      .lanewise(VectorOperators.ASHR, 24)
                      .convert(VectorOperators.I2F, 0);
        } else {
          v =
              (FloatVector)
                  ByteVector.fromMemorySegment(B, src, at, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(VectorOperators.B2F, F, 0);
        }
        v.intoArray(panel.weights, to + k);
      }
    }
  }

  private static void q4(MemorySegment src, long row, int r, Panel panel) {
    panel.hasMinimums = false;
    long from = row + panel.firstBlock * 18L;
    for (int b = 0; b < panel.blocks; b++) {
      panel.scales[b * Panel.ROWS + r] = BlockBytes.f16(src, from + b * 18L);
    }
    for (int b = 0; b < panel.blocks; b++) {
      int to = Panel.at(b, r);
      for (int k = 0; k < 16; k += L) {
        IntVector pairs = bytes(src, from + b * 18L + 2 + k);
        IntVector low = pairs.and(15).sub(8);
        IntVector high = pairs.lanewise(VectorOperators.LSHR, 4).sub(8);
        ((FloatVector) low.convert(VectorOperators.I2F, 0)).intoArray(panel.weights, to + k);
        ((FloatVector) high.convert(VectorOperators.I2F, 0)).intoArray(panel.weights, to + 16 + k);
      }
    }
  }

  /// Scales and minimums of Q4_K and Q5_K, whose blocks are `blockBytes` long.
  private static void scales(MemorySegment src, long row, int r, Panel panel, int blockBytes) {
    panel.hasMinimums = true;
    for (int b = 0; b < panel.blocks; b++) {
      int number = panel.firstBlock + b;
      long block = row + (long) (number >> 3) * blockBytes;
      int index = b * Panel.ROWS + r;
      panel.scales[index] = BlockBytes.f16(src, block);
      panel.minScales[index] = -BlockBytes.f16(src, block + 2);
      float minimum = KFormat.subMinimum(src, block + 4, number & 7);
      panel.lowMinimums[index] = minimum;
      panel.highMinimums[index] = minimum;
    }
  }

  private static void q4k(MemorySegment src, long row, int r, Panel panel) {
    scales(src, row, r, panel, 144);
    for (int b = 0; b < panel.blocks; b++) {
      int s = panel.firstBlock + b & 7;
      long block = row + (panel.firstBlock + b >> 3) * 144L;
      float scale = KFormat.subScale(src, block + 4, s);
      long nibbles = block + 16 + 32 * (s >> 1);
      int to = Panel.at(b, r);
      for (int k = 0; k < Activations.BLOCK; k += L) {
        IntVector q = bytes(src, nibbles + k).lanewise(VectorOperators.LSHR, 4 * (s & 1)).and(15);
        ((FloatVector) q.convert(VectorOperators.I2F, 0))
            .mul(scale)
            .intoArray(panel.weights, to + k);
      }
    }
  }

  private static void q5k(MemorySegment src, long row, int r, Panel panel) {
    scales(src, row, r, panel, 176);
    for (int b = 0; b < panel.blocks; b++) {
      int s = panel.firstBlock + b & 7;
      long block = row + (panel.firstBlock + b >> 3) * 176L;
      float scale = KFormat.subScale(src, block + 4, s);
      long nibbles = block + 48 + 32 * (s >> 1);
      int to = Panel.at(b, r);
      for (int k = 0; k < Activations.BLOCK; k += L) {
        IntVector low = bytes(src, nibbles + k).lanewise(VectorOperators.LSHR, 4 * (s & 1)).and(15);
        IntVector fifth = bytes(src, block + 16 + k).lanewise(VectorOperators.LSHR, s).and(1);
        IntVector q = low.or(fifth.lanewise(VectorOperators.LSHL, 4));
        ((FloatVector) q.convert(VectorOperators.I2F, 0))
            .mul(scale)
            .intoArray(panel.weights, to + k);
      }
    }
  }

  private static void q6k(MemorySegment src, long row, int r, Panel panel) {
    panel.hasMinimums = false;
    for (int b = 0; b < panel.blocks; b++) {
      int s = panel.firstBlock + b & 7;
      long block = row + (panel.firstBlock + b >> 3) * 210L;
      panel.scales[b * Panel.ROWS + r] = BlockBytes.f16(src, block + 208);
      long low = block + 64 * (s >> 2) + 32 * (s & 1);
      long high = block + 128 + 32 * (s >> 2);
      int to = Panel.at(b, r);
      for (int k = 0; k < Activations.BLOCK; k += L) {
        float scale = BlockBytes.s8(src, block + 192 + 2 * s + (k >> 4));
        IntVector q =
            bytes(src, low + k).lanewise(VectorOperators.LSHR, 4 * ((s & 3) >> 1)).and(15);
        IntVector top = bytes(src, high + k).lanewise(VectorOperators.LSHR, 2 * (s & 3)).and(3);
        q = q.or(top.lanewise(VectorOperators.LSHL, 4)).sub(32);
        ((FloatVector) q.convert(VectorOperators.I2F, 0))
            .mul(scale)
            .intoArray(panel.weights, to + k);
      }
    }
  }
}
