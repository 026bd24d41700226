package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [TileKernel] with the Vector API; a template, see [VectorTemplates].
///
/// The sum over a block is made of float32 fma on integers: exact, since it stays below 2^24, and
/// so the same in any order. Four rows by four vectors of tokens (two where a processor has 16
/// registers) are summed in registers; what is left of a tile is taken eight rows by one vector.
/// The bodies are written out because a vector that is passed to a method that is not inlined
/// becomes an object.
final class VectorTile implements TileKernel {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final int BLOCK = Activations.BLOCK;
  private static final int WIDE = (L == 8 ? 2 : 4) * L;

  @Override
  public void multiply(Panel panel, ActivationTiles x, int tile, float[] sums, int sumsAt) {
    int width = x.width(tile);
    int wide = width / WIDE * WIDE;
    for (int b = 0; b < panel.blocks; b++) {
      int xAt = x.valuesAt(tile, panel.firstBlock + b);
      for (int r = 0; r < panel.rows; r += 8) {
        int wAt = Panel.at(b, r);
        for (int t = 0; t < wide; t += WIDE) {
          if (L == 8) {
            fourByTwo(panel, wAt, x.values(), xAt + t, width, r * width + t);
            fourByTwo(panel, wAt + 4 * BLOCK, x.values(), xAt + t, width, (r + 4) * width + t);
          } else {
            fourByFour(panel, wAt, x.values(), xAt + t, width, r * width + t);
            fourByFour(panel, wAt + 4 * BLOCK, x.values(), xAt + t, width, (r + 4) * width + t);
          }
        }
        for (int t = wide; t < width; t += L) {
          eightByOne(panel, wAt, x.values(), xAt + t, width, r * width + t);
        }
      }
      addSums(panel, b, x, tile, sums, sumsAt);
      if (panel.hasMinimums) {
        addMinimums(panel, b, x, tile, sums, sumsAt);
      }
    }
  }

  /// Sums over one block for 4 rows and 4 vectors of tokens.
  private static void fourByFour(Panel panel, int wAt, float[] x, int xAt, int width, int sumsAt) {
    float[] w = panel.weights;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    for (int k = 0; k < BLOCK; k++) {
      int at = xAt + k * width;
      FloatVector x0 = FloatVector.fromArray(F, x, at);
      FloatVector x1 = FloatVector.fromArray(F, x, at + L);
      FloatVector x2 = FloatVector.fromArray(F, x, at + 2 * L);
      FloatVector x3 = FloatVector.fromArray(F, x, at + 3 * L);
      FloatVector v = FloatVector.broadcast(F, w[wAt + k]);
      s00 = v.fma(x0, s00);
      s01 = v.fma(x1, s01);
      s02 = v.fma(x2, s02);
      s03 = v.fma(x3, s03);
      v = FloatVector.broadcast(F, w[wAt + k + BLOCK]);
      s10 = v.fma(x0, s10);
      s11 = v.fma(x1, s11);
      s12 = v.fma(x2, s12);
      s13 = v.fma(x3, s13);
      v = FloatVector.broadcast(F, w[wAt + k + 2 * BLOCK]);
      s20 = v.fma(x0, s20);
      s21 = v.fma(x1, s21);
      s22 = v.fma(x2, s22);
      s23 = v.fma(x3, s23);
      v = FloatVector.broadcast(F, w[wAt + k + 3 * BLOCK]);
      s30 = v.fma(x0, s30);
      s31 = v.fma(x1, s31);
      s32 = v.fma(x2, s32);
      s33 = v.fma(x3, s33);
    }
    float[] sums = panel.partial;
    s00.intoArray(sums, sumsAt);
    s01.intoArray(sums, sumsAt + L);
    s02.intoArray(sums, sumsAt + 2 * L);
    s03.intoArray(sums, sumsAt + 3 * L);
    s10.intoArray(sums, sumsAt + width);
    s11.intoArray(sums, sumsAt + width + L);
    s12.intoArray(sums, sumsAt + width + 2 * L);
    s13.intoArray(sums, sumsAt + width + 3 * L);
    s20.intoArray(sums, sumsAt + 2 * width);
    s21.intoArray(sums, sumsAt + 2 * width + L);
    s22.intoArray(sums, sumsAt + 2 * width + 2 * L);
    s23.intoArray(sums, sumsAt + 2 * width + 3 * L);
    s30.intoArray(sums, sumsAt + 3 * width);
    s31.intoArray(sums, sumsAt + 3 * width + L);
    s32.intoArray(sums, sumsAt + 3 * width + 2 * L);
    s33.intoArray(sums, sumsAt + 3 * width + 3 * L);
  }

  /// Sums over one block for 4 rows and 2 vectors of tokens.
  private static void fourByTwo(Panel panel, int wAt, float[] x, int xAt, int width, int sumsAt) {
    float[] w = panel.weights;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    for (int k = 0; k < BLOCK; k++) {
      int at = xAt + k * width;
      FloatVector x0 = FloatVector.fromArray(F, x, at);
      FloatVector x1 = FloatVector.fromArray(F, x, at + L);
      FloatVector v = FloatVector.broadcast(F, w[wAt + k]);
      s00 = v.fma(x0, s00);
      s01 = v.fma(x1, s01);
      v = FloatVector.broadcast(F, w[wAt + k + BLOCK]);
      s10 = v.fma(x0, s10);
      s11 = v.fma(x1, s11);
      v = FloatVector.broadcast(F, w[wAt + k + 2 * BLOCK]);
      s20 = v.fma(x0, s20);
      s21 = v.fma(x1, s21);
      v = FloatVector.broadcast(F, w[wAt + k + 3 * BLOCK]);
      s30 = v.fma(x0, s30);
      s31 = v.fma(x1, s31);
    }
    float[] sums = panel.partial;
    s00.intoArray(sums, sumsAt);
    s01.intoArray(sums, sumsAt + L);
    s10.intoArray(sums, sumsAt + width);
    s11.intoArray(sums, sumsAt + width + L);
    s20.intoArray(sums, sumsAt + 2 * width);
    s21.intoArray(sums, sumsAt + 2 * width + L);
    s30.intoArray(sums, sumsAt + 3 * width);
    s31.intoArray(sums, sumsAt + 3 * width + L);
  }

  /// Sums over one block for 8 rows and 1 vector of tokens.
  private static void eightByOne(Panel panel, int wAt, float[] x, int xAt, int width, int sumsAt) {
    float[] w = panel.weights;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s40 = FloatVector.zero(F);
    FloatVector s50 = FloatVector.zero(F);
    FloatVector s60 = FloatVector.zero(F);
    FloatVector s70 = FloatVector.zero(F);
    for (int k = 0; k < BLOCK; k++) {
      int at = xAt + k * width;
      FloatVector x0 = FloatVector.fromArray(F, x, at);
      FloatVector v = FloatVector.broadcast(F, w[wAt + k]);
      s00 = v.fma(x0, s00);
      v = FloatVector.broadcast(F, w[wAt + k + BLOCK]);
      s10 = v.fma(x0, s10);
      v = FloatVector.broadcast(F, w[wAt + k + 2 * BLOCK]);
      s20 = v.fma(x0, s20);
      v = FloatVector.broadcast(F, w[wAt + k + 3 * BLOCK]);
      s30 = v.fma(x0, s30);
      v = FloatVector.broadcast(F, w[wAt + k + 4 * BLOCK]);
      s40 = v.fma(x0, s40);
      v = FloatVector.broadcast(F, w[wAt + k + 5 * BLOCK]);
      s50 = v.fma(x0, s50);
      v = FloatVector.broadcast(F, w[wAt + k + 6 * BLOCK]);
      s60 = v.fma(x0, s60);
      v = FloatVector.broadcast(F, w[wAt + k + 7 * BLOCK]);
      s70 = v.fma(x0, s70);
    }
    float[] sums = panel.partial;
    s00.intoArray(sums, sumsAt);
    s10.intoArray(sums, sumsAt + width);
    s20.intoArray(sums, sumsAt + 2 * width);
    s30.intoArray(sums, sumsAt + 3 * width);
    s40.intoArray(sums, sumsAt + 4 * width);
    s50.intoArray(sums, sumsAt + 5 * width);
    s60.intoArray(sums, sumsAt + 6 * width);
    s70.intoArray(sums, sumsAt + 7 * width);
  }

  /// sums = fma(partial, scale_w * scale_a, sums)
  private static void addSums(
      Panel panel, int block, ActivationTiles x, int tile, float[] sums, int sumsAt) {
    int width = x.width(tile);
    int scalesAt = x.scalesAt(tile, panel.firstBlock + block);
    float[] scales = x.scales();
    float[] partial = panel.partial;
    for (int r = 0; r < panel.rows; r++) {
      FloatVector scale = FloatVector.broadcast(F, panel.scales[block * Panel.ROWS + r]);
      int at = r * width;
      for (int t = 0; t < width; t += L) {
        FloatVector factor = scale.mul(FloatVector.fromArray(F, scales, scalesAt + t));
        FloatVector before = FloatVector.fromArray(F, sums, sumsAt + at + t);
        FloatVector sum = FloatVector.fromArray(F, partial, at + t);
        sum.fma(factor, before).intoArray(sums, sumsAt + at + t);
      }
    }
  }

  /// sums = fma(halfSum_0 * minimum_0 + halfSum_1 * minimum_1, minScale_w * scale_a, sums)
  private static void addMinimums(
      Panel panel, int block, ActivationTiles x, int tile, float[] sums, int sumsAt) {
    int width = x.width(tile);
    int scalesAt = x.scalesAt(tile, panel.firstBlock + block);
    int lowAt = x.halfSumsAt(tile, panel.firstBlock + block);
    float[] scales = x.scales();
    float[] halfSums = x.halfSums();
    FloatVector zero = FloatVector.zero(F);
    for (int r = 0; r < panel.rows; r++) {
      int index = block * Panel.ROWS + r;
      FloatVector scale = FloatVector.broadcast(F, panel.minScales[index]);
      FloatVector low = FloatVector.broadcast(F, panel.lowMinimums[index]);
      FloatVector high = FloatVector.broadcast(F, panel.highMinimums[index]);
      int at = sumsAt + r * width;
      for (int t = 0; t < width; t += L) {
        FloatVector factor = scale.mul(FloatVector.fromArray(F, scales, scalesAt + t));
        FloatVector sum = low.fma(FloatVector.fromArray(F, halfSums, lowAt + t), zero);
        sum = high.fma(FloatVector.fromArray(F, halfSums, lowAt + width + t), sum);
        sum.fma(factor, FloatVector.fromArray(F, sums, at + t)).intoArray(sums, at + t);
      }
    }
  }
}
