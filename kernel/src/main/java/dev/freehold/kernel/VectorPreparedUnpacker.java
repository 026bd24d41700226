package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [PreparedUnpacker] with the Vector API; a template, see [VectorTemplates].
final class VectorPreparedUnpacker implements PreparedUnpacker {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final int L = F.length();
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final int BLOCK = Activations.BLOCK;
  private static final int ROWS = PreparedLayout.ROWS;

  @Override
  public void unpack(PreparedCall call, PreparedScratch scratch, Panel panel, int row) {
    scratch.select(panel.firstBlock, panel.blocks);
    scratch.readScales(call, 0);
    panel.hasMinimums = call.layout == PreparedLayout.Q4_K;
    boolean shared = call.layout == PreparedLayout.Q4_K || call.layout == PreparedLayout.Q6_K;
    for (int b = 0; b < panel.blocks; b++) {
      int at = b * Panel.ROWS + row;
      int scalesAt = shared ? (b >> 3) * ROWS : b * ROWS;
      System.arraycopy(scratch.scales, scalesAt, panel.scales, at, ROWS);
      if (panel.hasMinimums) {
        int minimumsAt = ((b >> 3) * 16 + 8 + (b & 7)) * ROWS;
        System.arraycopy(scratch.factors, minimumsAt, panel.lowMinimums, at, ROWS);
        System.arraycopy(scratch.factors, minimumsAt, panel.highMinimums, at, ROWS);
        for (int r = 0; r < ROWS; r++) {
          panel.minScales[at + r] = -scratch.minScales[scalesAt + r];
        }
      }
      for (int part = 0; part < ROWS; part += L) {
        if (call.layout == PreparedLayout.Q8_0) {
          unpackBytes(call, scratch, b, part);
        } else {
          unpackNibbles(call, scratch, b, part);
        }
      }
      transpose(scratch.products, panel.weights, Panel.at(b, row));
    }
  }

  /// From `[32][16 rows]` to rows.
  private static void transpose(float[] columns, float[] weights, int at) {
    for (int r = 0; r < ROWS; r++) {
      for (int k = 0; k < BLOCK; k++) {
        weights[at + r * BLOCK + k] = columns[k * ROWS + r];
      }
    }
  }

  private static void unpackBytes(PreparedCall call, PreparedScratch scratch, int b, int row) {
    int block = scratch.firstBlock + b;
    long from = call.offset + call.layout.bitsAt(call.blocks, block) + 4 * row;
    for (int k = 0; k < BLOCK; k++) {
      IntVector v = IntVector.fromMemorySegment(I, call.weights, from + 64 * (k >> 2), LITTLE);
      v = v.lanewise(VectorOperators.LSHR, 8 * (k & 3)).and(255).sub(128);
      ((FloatVector) v.convert(VectorOperators.I2F, 0)).intoArray(scratch.products, k * ROWS + row);
    }
  }

  private static void unpackNibbles(PreparedCall call, PreparedScratch scratch, int b, int row) {
    PreparedLayout layout = call.layout;
    int block = scratch.firstBlock + b;
    long from = call.offset + layout.bitsAt(call.blocks, block) + 4 * row;
    long highFrom = from + 256;
    for (int k = 0; k < BLOCK; k++) {
      IntVector v = IntVector.fromMemorySegment(I, call.weights, from + 64 * (k >> 3), LITTLE);
      v = v.lanewise(VectorOperators.LSHR, 8 * (k & 3) + (k & 4)).and(15);
      if (layout == PreparedLayout.Q6_K) {
        IntVector high =
            IntVector.fromMemorySegment(I, call.weights, highFrom + 64 * (k >> 4), LITTLE);
        int shift = 8 * (k & 3) + 2 * (k >> 2 & 3);
        high = high.lanewise(VectorOperators.LSHR, shift).and(3);
        v = v.or(high.lanewise(VectorOperators.LSHL, 4)).sub(32);
      } else if (layout == PreparedLayout.Q4_0) {
        v = v.sub(8);
      }
      FloatVector w = (FloatVector) v.convert(VectorOperators.I2F, 0);
      if (layout == PreparedLayout.Q6_K) {
        int at = (b * 2 + (k >> 4)) * ROWS + row;
        w = w.mul(FloatVector.fromArray(F, scratch.factors, at));
      } else if (layout == PreparedLayout.Q4_K) {
        int at = ((b >> 3) * 16 + (b & 7)) * ROWS + row;
        w = w.mul(FloatVector.fromArray(F, scratch.factors, at));
      }
      w.intoArray(scratch.products, k * ROWS + row);
    }
  }
}
