package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [DotTile] with the Vector API for vectors of 512 bits; a template, see [VectorTemplates].
///
/// Lanes of several outputs are joined at once: each level of the tree adds the halves of two
/// vectors' groups of lanes and leaves the sums of both in one vector.
final class VectorDotTile implements DotTile {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();

  private static final VectorShuffle<Float> SWAP8 = swap(8);
  private static final VectorShuffle<Float> SWAP4 = swap(4);
  private static final VectorShuffle<Float> SWAP2 = swap(2);
  private static final VectorShuffle<Float> SWAP1 = swap(1);
  private static final VectorMask<Float> HIGH8 = VectorMask.fromLong(F, 0xff00);
  private static final VectorMask<Float> HIGH4 = VectorMask.fromLong(F, 0xf0f0);
  private static final VectorMask<Float> HIGH2 = VectorMask.fromLong(F, 0xcccc);
  private static final VectorMask<Float> HIGH1 = VectorMask.fromLong(F, 0xaaaa);

  private static VectorShuffle<Float> swap(int bit) {
    return VectorShuffle.fromOp(F, i -> i ^ bit);
  }

  @Override
  public void pack(Rows source, int row, int count, int k, DotPanels panels, int to) {
    float[] values = panels.values;
    int step = panels.rows * L;
    int whole = k & -L;
    for (int r = 0; r < count; r++) {
      int from = source.at(row + r);
      int at = to + r * L;
      for (int j = 0; j < whole; j += L) {
        FloatVector.fromArray(F, source.data(), from + j).intoArray(values, at);
        at += step;
      }
      if (whole < k) {
        Arrays.fill(values, at, at + L, panels.fill);
        System.arraycopy(source.data(), from + whole, values, at, k - whole);
      }
    }
  }

  @Override
  public void multiply(DotScratch scratch, int inputsAt) {
    float[] x = scratch.inputs.values;
    float[] w = scratch.weights.values;
    int weightsAt = scratch.weights.first;
    int count = scratch.inputs.vectors;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s04 = FloatVector.zero(F);
    FloatVector s05 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s14 = FloatVector.zero(F);
    FloatVector s15 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s24 = FloatVector.zero(F);
    FloatVector s25 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    FloatVector s34 = FloatVector.zero(F);
    FloatVector s35 = FloatVector.zero(F);
    for (int j = 0; j < count; j++) {
      int at = inputsAt + j * 4 * L;
      FloatVector v0 = FloatVector.fromArray(F, x, at);
      FloatVector v1 = FloatVector.fromArray(F, x, at + L);
      FloatVector v2 = FloatVector.fromArray(F, x, at + 2 * L);
      FloatVector v3 = FloatVector.fromArray(F, x, at + 3 * L);
      at = weightsAt + j * 6 * L;
      FloatVector u = FloatVector.fromArray(F, w, at);
      s00 = v0.lanewise(VectorOperators.FMA, u, s00);
      s10 = v1.lanewise(VectorOperators.FMA, u, s10);
      s20 = v2.lanewise(VectorOperators.FMA, u, s20);
      s30 = v3.lanewise(VectorOperators.FMA, u, s30);
      u = FloatVector.fromArray(F, w, at + L);
      s01 = v0.lanewise(VectorOperators.FMA, u, s01);
      s11 = v1.lanewise(VectorOperators.FMA, u, s11);
      s21 = v2.lanewise(VectorOperators.FMA, u, s21);
      s31 = v3.lanewise(VectorOperators.FMA, u, s31);
      u = FloatVector.fromArray(F, w, at + 2 * L);
      s02 = v0.lanewise(VectorOperators.FMA, u, s02);
      s12 = v1.lanewise(VectorOperators.FMA, u, s12);
      s22 = v2.lanewise(VectorOperators.FMA, u, s22);
      s32 = v3.lanewise(VectorOperators.FMA, u, s32);
      u = FloatVector.fromArray(F, w, at + 3 * L);
      s03 = v0.lanewise(VectorOperators.FMA, u, s03);
      s13 = v1.lanewise(VectorOperators.FMA, u, s13);
      s23 = v2.lanewise(VectorOperators.FMA, u, s23);
      s33 = v3.lanewise(VectorOperators.FMA, u, s33);
      u = FloatVector.fromArray(F, w, at + 4 * L);
      s04 = v0.lanewise(VectorOperators.FMA, u, s04);
      s14 = v1.lanewise(VectorOperators.FMA, u, s14);
      s24 = v2.lanewise(VectorOperators.FMA, u, s24);
      s34 = v3.lanewise(VectorOperators.FMA, u, s34);
      u = FloatVector.fromArray(F, w, at + 5 * L);
      s05 = v0.lanewise(VectorOperators.FMA, u, s05);
      s15 = v1.lanewise(VectorOperators.FMA, u, s15);
      s25 = v2.lanewise(VectorOperators.FMA, u, s25);
      s35 = v3.lanewise(VectorOperators.FMA, u, s35);
    }
    float[] lanes = scratch.lanes;
    int to = scratch.first;
    s00.intoArray(lanes, to);
    s01.intoArray(lanes, to + L);
    s02.intoArray(lanes, to + 2 * L);
    s03.intoArray(lanes, to + 3 * L);
    s04.intoArray(lanes, to + 4 * L);
    s05.intoArray(lanes, to + 5 * L);
    s10.intoArray(lanes, to + 6 * L);
    s11.intoArray(lanes, to + 7 * L);
    s12.intoArray(lanes, to + 8 * L);
    s13.intoArray(lanes, to + 9 * L);
    s14.intoArray(lanes, to + 10 * L);
    s15.intoArray(lanes, to + 11 * L);
    s20.intoArray(lanes, to + 12 * L);
    s21.intoArray(lanes, to + 13 * L);
    s22.intoArray(lanes, to + 14 * L);
    s23.intoArray(lanes, to + 15 * L);
    s24.intoArray(lanes, to + 16 * L);
    s25.intoArray(lanes, to + 17 * L);
    s30.intoArray(lanes, to + 18 * L);
    s31.intoArray(lanes, to + 19 * L);
    s32.intoArray(lanes, to + 20 * L);
    s33.intoArray(lanes, to + 21 * L);
    s34.intoArray(lanes, to + 22 * L);
    s35.intoArray(lanes, to + 23 * L);
  }

  @Override
  public void join(DotScratch scratch, Rows y, int row, int column, int rows, int columns) {
    float[] lanes = scratch.lanes;
    VectorMask<Float> there = F.indexInRange(0, columns);
    for (int r = 0; r < rows; r += 2) {
      int at = scratch.first + r * 6 * L;
      FloatVector v0 = join4(join8(lanes, at), join8(lanes, at + 4 * L));
      FloatVector v1 = join4(join8(lanes, at + L), join8(lanes, at + 5 * L));
      FloatVector v2 = fold4(join8(lanes, at + 2 * L));
      FloatVector v3 = fold4(join8(lanes, at + 3 * L));
      FloatVector outputs = join1(join2(v0, v2), join2(v1, v3));
      outputs.intoArray(y.data(), y.at(row + r) + column, there);
      if (r + 1 < rows) {
        outputs.rearrange(SWAP8).intoArray(y.data(), y.at(row + r + 1) + column, there);
      }
    }
  }

  /// Sums of the halves of two outputs' lanes, those at `at` and those of the same column in the
  /// next row: the first in lanes 0 to 7, the others in 8 to 15.
  private static FloatVector join8(float[] lanes, int at) {
    FloatVector a = FloatVector.fromArray(F, lanes, at);
    FloatVector b = FloatVector.fromArray(F, lanes, at + 6 * L);
    return a.blend(b, HIGH8).add(b.blend(a, HIGH8).rearrange(SWAP8));
  }

  /// The same in each half of 8 lanes.
  private static FloatVector join4(FloatVector a, FloatVector b) {
    return a.blend(b, HIGH4).add(b.blend(a, HIGH4).rearrange(SWAP4));
  }

  private static FloatVector fold4(FloatVector a) {
    return a.add(a.rearrange(SWAP4));
  }

  private static FloatVector join2(FloatVector a, FloatVector b) {
    return a.blend(b, HIGH2).add(b.blend(a, HIGH2).rearrange(SWAP2));
  }

  private static FloatVector join1(FloatVector a, FloatVector b) {
    return a.blend(b, HIGH1).add(b.blend(a, HIGH1).rearrange(SWAP1));
  }
}
