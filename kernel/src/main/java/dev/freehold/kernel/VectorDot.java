package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [DotKernel] with the Vector API; a template, see [VectorTemplates].
///
/// Each row's 32 products of a block are summed into one vector; a tree of exact additions that
/// transposes as it goes then joins the lanes of 16 rows, and one fma per block and 16 rows
/// follows. Two steps with the first cache between them keep each method small enough to be
/// compiled whole.
final class VectorDot implements DotKernel {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final int BLOCK = Activations.BLOCK;
  private static final int GROUP = 16;

  private static final VectorMask<Float> UPPER8 = upper(8 % L);
  private static final VectorMask<Float> UPPER4 = upper(4 % L);
  private static final VectorMask<Float> UPPER2 = upper(2);
  private static final VectorMask<Float> UPPER1 = upper(1);
  private static final VectorShuffle<Float> SWAP8 = swap(8 % L);
  private static final VectorShuffle<Float> SWAP4 = swap(4 % L);
  private static final VectorShuffle<Float> SWAP2 = swap(2);
  private static final VectorShuffle<Float> SWAP1 = swap(1);

  /// The lanes whose number has this bit.
  private static VectorMask<Float> upper(int bit) {
    long lanes = 0;
    for (int i = 0; i < L; i++) {
      lanes |= (i & bit) != 0 ? 1L << i : 0;
    }
    return VectorMask.fromLong(F, lanes);
  }

  /// Exchanges the lanes whose numbers differ in this bit.
  private static VectorShuffle<Float> swap(int bit) {
    return VectorShuffle.fromOp(F, i -> i ^ bit);
  }

  @Override
  public void multiply(Panel panel, Activations x, int token, float[] sums, int sumsAt) {
    int xAt = token * x.columns() + panel.firstBlock * BLOCK;
    for (int r = 0; r < panel.rows; r += GROUP) {
      if (L == 16) {
        multiply16(panel, r, x.floats(), xAt);
      } else if (L == 8) {
        multiply8(panel, r, x.floats(), xAt);
      } else {
        multiply4(panel, r, x.floats(), xAt);
      }
      int scalesAt = token * x.blocks() + panel.firstBlock;
      for (int s = 0; s < GROUP; s += L) {
        addSums(panel, r + s, x, scalesAt, sums, sumsAt + r + s);
      }
    }
  }

  /// With 16 lanes: part g holds, in lane i, sums of row g + (i & 12) over a quarter of the
  /// elements.
  private static void multiply16(Panel panel, int row, float[] x, int xAt) {
    float[] w = panel.weights;
    FloatVector zero = FloatVector.zero(F);
    for (int block = 0; block < panel.blocks; block++) {
      FloatVector x0 = FloatVector.fromArray(F, x, xAt + block * BLOCK);
      FloatVector x1 = FloatVector.fromArray(F, x, xAt + block * BLOCK + L);
      for (int g = 0; g < 4; g++) {
        int at = Panel.at(block, row + g);
        FloatVector a = FloatVector.fromArray(F, w, at).fma(x0, zero);
        a = FloatVector.fromArray(F, w, at + L).fma(x1, a);
        FloatVector b = FloatVector.fromArray(F, w, at + 4 * BLOCK).fma(x0, zero);
        b = FloatVector.fromArray(F, w, at + 4 * BLOCK + L).fma(x1, b);
        FloatVector c = FloatVector.fromArray(F, w, at + 8 * BLOCK).fma(x0, zero);
        c = FloatVector.fromArray(F, w, at + 8 * BLOCK + L).fma(x1, c);
        FloatVector d = FloatVector.fromArray(F, w, at + 12 * BLOCK).fma(x0, zero);
        d = FloatVector.fromArray(F, w, at + 12 * BLOCK + L).fma(x1, d);
        FloatVector ac = a.blend(c, UPPER8).add(c.blend(a, UPPER8).rearrange(SWAP8));
        FloatVector bd = b.blend(d, UPPER8).add(d.blend(b, UPPER8).rearrange(SWAP8));
        FloatVector sum = ac.blend(bd, UPPER4).add(bd.blend(ac, UPPER4).rearrange(SWAP4));
        sum.intoArray(panel.partial, (block * 4 + g) * L);
      }
    }
  }

  /// With 8 lanes: part g of rows s to s + 7 holds, in lane i, sums of row s + g + (i & 4).
  private static void multiply8(Panel panel, int row, float[] x, int xAt) {
    float[] w = panel.weights;
    FloatVector zero = FloatVector.zero(F);
    for (int block = 0; block < panel.blocks; block++) {
      FloatVector x0 = FloatVector.fromArray(F, x, xAt + block * BLOCK);
      FloatVector x1 = FloatVector.fromArray(F, x, xAt + block * BLOCK + L);
      FloatVector x2 = FloatVector.fromArray(F, x, xAt + block * BLOCK + 2 * L);
      FloatVector x3 = FloatVector.fromArray(F, x, xAt + block * BLOCK + 3 * L);
      for (int g = 0; g < 8; g++) {
        int at = Panel.at(block, row + (g & 4) * 2 + (g & 3));
        FloatVector a = FloatVector.fromArray(F, w, at).fma(x0, zero);
        a = FloatVector.fromArray(F, w, at + L).fma(x1, a);
        a = FloatVector.fromArray(F, w, at + 2 * L).fma(x2, a);
        a = FloatVector.fromArray(F, w, at + 3 * L).fma(x3, a);
        FloatVector b = FloatVector.fromArray(F, w, at + 4 * BLOCK).fma(x0, zero);
        b = FloatVector.fromArray(F, w, at + 4 * BLOCK + L).fma(x1, b);
        b = FloatVector.fromArray(F, w, at + 4 * BLOCK + 2 * L).fma(x2, b);
        b = FloatVector.fromArray(F, w, at + 4 * BLOCK + 3 * L).fma(x3, b);
        FloatVector sum = a.blend(b, UPPER4).add(b.blend(a, UPPER4).rearrange(SWAP4));
        sum.intoArray(panel.partial, (block * 8 + g) * L);
      }
    }
  }

  /// With 4 lanes: part g of rows s to s + 3 holds sums of row s + g.
  private static void multiply4(Panel panel, int row, float[] x, int xAt) {
    float[] w = panel.weights;
    for (int block = 0; block < panel.blocks; block++) {
      for (int g = 0; g < GROUP; g++) {
        int at = Panel.at(block, row + g);
        FloatVector a = FloatVector.zero(F);
        FloatVector b = FloatVector.zero(F);
        for (int k = 0; k < BLOCK; k += 2 * L) {
          int xk = xAt + block * BLOCK + k;
          a = FloatVector.fromArray(F, w, at + k).fma(FloatVector.fromArray(F, x, xk), a);
          b = FloatVector.fromArray(F, w, at + k + L).fma(FloatVector.fromArray(F, x, xk + L), b);
        }
        a.add(b).intoArray(panel.partial, (block * GROUP + g) * L);
      }
    }
  }

  /// Joins the four parts of L rows for each block and adds the block to the sums.
  private static void addSums(
      Panel panel, int row, Activations x, int scalesAt, float[] sums, int sumsAt) {
    float[] partial = panel.partial;
    float[] scales = x.scales();
    FloatVector total = FloatVector.fromArray(F, sums, sumsAt);
    FloatVector zero = FloatVector.zero(F);
    for (int block = 0; block < panel.blocks; block++) {
      int at = block * 4 * GROUP + row % GROUP * 4;
      FloatVector a = FloatVector.fromArray(F, partial, at);
      FloatVector b = FloatVector.fromArray(F, partial, at + L);
      FloatVector c = FloatVector.fromArray(F, partial, at + 2 * L);
      FloatVector d = FloatVector.fromArray(F, partial, at + 3 * L);
      FloatVector ac = a.blend(c, UPPER2).add(c.blend(a, UPPER2).rearrange(SWAP2));
      FloatVector bd = b.blend(d, UPPER2).add(d.blend(b, UPPER2).rearrange(SWAP2));
      FloatVector sum = ac.blend(bd, UPPER1).add(bd.blend(ac, UPPER1).rearrange(SWAP1));
      int index = block * Panel.ROWS + row;
      float scale = scales[scalesAt + block];
      total = sum.fma(FloatVector.fromArray(F, panel.scales, index).mul(scale), total);
      if (panel.hasMinimums) {
        float low = x.halfSums()[2 * (scalesAt + block)];
        float high = x.halfSums()[2 * (scalesAt + block) + 1];
        FloatVector minimum =
            FloatVector.fromArray(F, panel.lowMinimums, index)
                .fma(FloatVector.broadcast(F, low), zero);
        minimum =
            FloatVector.fromArray(F, panel.highMinimums, index)
                .fma(FloatVector.broadcast(F, high), minimum);
        FloatVector minScale = FloatVector.fromArray(F, panel.minScales, index);
        total = minimum.fma(minScale.mul(scale), total);
      }
    }
    total.intoArray(sums, sumsAt);
  }
}
