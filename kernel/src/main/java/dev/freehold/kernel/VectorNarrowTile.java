package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [ProductTile] of two vectors with the Vector API; a template, see [VectorTemplates].
///
/// For processors of 16 registers, and for factors that would leave half of wider tiles empty.
final class VectorNarrowTile implements ProductTile {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final int COLUMNS = 2 * L;
  private static final int TILE = ROWS * COLUMNS;

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public void copy(
      float[] source,
      int at,
      int stride,
      int count,
      int panels,
      float[] to,
      int toAt,
      int panelStride) {
    for (int panel = 0; panel < panels; panel++) {
      int from = at + panel * COLUMNS;
      int row = toAt + panel * panelStride;
      for (int j = 0; j < count; j++) {
        FloatVector.fromArray(F, source, from).intoArray(to, row);
        FloatVector.fromArray(F, source, from + L).intoArray(to, row + L);
        from += stride;
        row += COLUMNS;
      }
    }
  }

  @Override
  public void copyLeft(
      float[] source, int at, int stride, int count, int rows, float[] to, int panelStride) {
    for (int j = 0; j < count; j++) {
      int from = at + j * stride;
      int i = 0;
      int row = j * ROWS;
      if (L >= ROWS) {
        // A vector writes more than six floats; the next row writes over the rest.
        int whole = Math.min(rows - ROWS + 1, source.length - L - from + 1);
        for (; i < whole; i += ROWS) {
          FloatVector.fromArray(F, source, from + i).intoArray(to, row);
          row += panelStride;
        }
      }
      for (; i < rows; i++) {
        to[i / ROWS * panelStride + j * ROWS + i % ROWS] = source[from + i];
      }
    }
  }

  @Override
  public void multiply(
      ProductScratch s, float[] a, float[] b, int aAt, int bAt, int count, int sumsAt, int merges) {
    float[] sums = s.sums;
    int rowStep = s.rowStep;
    int last = s.lastRow;
    int a1 = aAt + Math.min(last, 1) * rowStep;
    int a2 = aAt + Math.min(last, 2) * rowStep;
    int a3 = aAt + Math.min(last, 3) * rowStep;
    int a4 = aAt + Math.min(last, 4) * rowStep;
    int a5 = aAt + Math.min(last, 5) * rowStep;
    int start = s.startAt;
    FloatVector s00 = FloatVector.fromArray(F, sums, start);
    FloatVector s01 = FloatVector.fromArray(F, sums, start + L);
    FloatVector s10 = FloatVector.fromArray(F, sums, start + 2 * L);
    FloatVector s11 = FloatVector.fromArray(F, sums, start + 3 * L);
    FloatVector s20 = FloatVector.fromArray(F, sums, start + 4 * L);
    FloatVector s21 = FloatVector.fromArray(F, sums, start + 5 * L);
    FloatVector s30 = FloatVector.fromArray(F, sums, start + 6 * L);
    FloatVector s31 = FloatVector.fromArray(F, sums, start + 7 * L);
    FloatVector s40 = FloatVector.fromArray(F, sums, start + 8 * L);
    FloatVector s41 = FloatVector.fromArray(F, sums, start + 9 * L);
    FloatVector s50 = FloatVector.fromArray(F, sums, start + 10 * L);
    FloatVector s51 = FloatVector.fromArray(F, sums, start + 11 * L);
    for (int j = 0; j < count; j++) {
      int right = bAt + j * 2 * L;
      FloatVector b0 = FloatVector.fromArray(F, b, right);
      FloatVector b1 = FloatVector.fromArray(F, b, right + L);
      FloatVector v = FloatVector.broadcast(F, a[aAt + j]);
      s00 = v.lanewise(VectorOperators.FMA, b0, s00);
      s01 = v.lanewise(VectorOperators.FMA, b1, s01);
      v = FloatVector.broadcast(F, a[a1 + j]);
      s10 = v.lanewise(VectorOperators.FMA, b0, s10);
      s11 = v.lanewise(VectorOperators.FMA, b1, s11);
      v = FloatVector.broadcast(F, a[a2 + j]);
      s20 = v.lanewise(VectorOperators.FMA, b0, s20);
      s21 = v.lanewise(VectorOperators.FMA, b1, s21);
      v = FloatVector.broadcast(F, a[a3 + j]);
      s30 = v.lanewise(VectorOperators.FMA, b0, s30);
      s31 = v.lanewise(VectorOperators.FMA, b1, s31);
      v = FloatVector.broadcast(F, a[a4 + j]);
      s40 = v.lanewise(VectorOperators.FMA, b0, s40);
      s41 = v.lanewise(VectorOperators.FMA, b1, s41);
      v = FloatVector.broadcast(F, a[a5 + j]);
      s50 = v.lanewise(VectorOperators.FMA, b0, s50);
      s51 = v.lanewise(VectorOperators.FMA, b1, s51);
    }
    int top = sumsAt;
    for (int i = 0; i < merges; i++) {
      top -= TILE;
      s00 = FloatVector.fromArray(F, sums, top).add(s00);
      s01 = FloatVector.fromArray(F, sums, top + L).add(s01);
      s10 = FloatVector.fromArray(F, sums, top + 2 * L).add(s10);
      s11 = FloatVector.fromArray(F, sums, top + 3 * L).add(s11);
      s20 = FloatVector.fromArray(F, sums, top + 4 * L).add(s20);
      s21 = FloatVector.fromArray(F, sums, top + 5 * L).add(s21);
      s30 = FloatVector.fromArray(F, sums, top + 6 * L).add(s30);
      s31 = FloatVector.fromArray(F, sums, top + 7 * L).add(s31);
      s40 = FloatVector.fromArray(F, sums, top + 8 * L).add(s40);
      s41 = FloatVector.fromArray(F, sums, top + 9 * L).add(s41);
      s50 = FloatVector.fromArray(F, sums, top + 10 * L).add(s50);
      s51 = FloatVector.fromArray(F, sums, top + 11 * L).add(s51);
    }
    float[] out = s.out;
    int to = s.outAt;
    int stride = s.outStride;
    s00.intoArray(out, to);
    s01.intoArray(out, to + L);
    s10.intoArray(out, to + stride);
    s11.intoArray(out, to + stride + L);
    s20.intoArray(out, to + 2 * stride);
    s21.intoArray(out, to + 2 * stride + L);
    s30.intoArray(out, to + 3 * stride);
    s31.intoArray(out, to + 3 * stride + L);
    s40.intoArray(out, to + 4 * stride);
    s41.intoArray(out, to + 4 * stride + L);
    s50.intoArray(out, to + 5 * stride);
    s51.intoArray(out, to + 5 * stride + L);
  }

  @Override
  public void multiplyPacked(
      ProductScratch s, float[] a, float[] b, int aAt, int bAt, int count, int sumsAt, int merges) {
    float[] sums = s.sums;
    int step = s.step;
    int start = s.startAt;
    FloatVector s00 = FloatVector.fromArray(F, sums, start);
    FloatVector s01 = FloatVector.fromArray(F, sums, start + L);
    FloatVector s10 = FloatVector.fromArray(F, sums, start + 2 * L);
    FloatVector s11 = FloatVector.fromArray(F, sums, start + 3 * L);
    FloatVector s20 = FloatVector.fromArray(F, sums, start + 4 * L);
    FloatVector s21 = FloatVector.fromArray(F, sums, start + 5 * L);
    FloatVector s30 = FloatVector.fromArray(F, sums, start + 6 * L);
    FloatVector s31 = FloatVector.fromArray(F, sums, start + 7 * L);
    FloatVector s40 = FloatVector.fromArray(F, sums, start + 8 * L);
    FloatVector s41 = FloatVector.fromArray(F, sums, start + 9 * L);
    FloatVector s50 = FloatVector.fromArray(F, sums, start + 10 * L);
    FloatVector s51 = FloatVector.fromArray(F, sums, start + 11 * L);
    int at = aAt;
    for (int j = 0; j < count; j++) {
      int right = bAt + j * 2 * L;
      FloatVector b0 = FloatVector.fromArray(F, b, right);
      FloatVector b1 = FloatVector.fromArray(F, b, right + L);
      FloatVector v = FloatVector.broadcast(F, a[at]);
      s00 = v.lanewise(VectorOperators.FMA, b0, s00);
      s01 = v.lanewise(VectorOperators.FMA, b1, s01);
      v = FloatVector.broadcast(F, a[at + 1]);
      s10 = v.lanewise(VectorOperators.FMA, b0, s10);
      s11 = v.lanewise(VectorOperators.FMA, b1, s11);
      v = FloatVector.broadcast(F, a[at + 2]);
      s20 = v.lanewise(VectorOperators.FMA, b0, s20);
      s21 = v.lanewise(VectorOperators.FMA, b1, s21);
      v = FloatVector.broadcast(F, a[at + 3]);
      s30 = v.lanewise(VectorOperators.FMA, b0, s30);
      s31 = v.lanewise(VectorOperators.FMA, b1, s31);
      v = FloatVector.broadcast(F, a[at + 4]);
      s40 = v.lanewise(VectorOperators.FMA, b0, s40);
      s41 = v.lanewise(VectorOperators.FMA, b1, s41);
      v = FloatVector.broadcast(F, a[at + 5]);
      s50 = v.lanewise(VectorOperators.FMA, b0, s50);
      s51 = v.lanewise(VectorOperators.FMA, b1, s51);
      at += step;
    }
    int top = sumsAt;
    for (int i = 0; i < merges; i++) {
      top -= TILE;
      s00 = FloatVector.fromArray(F, sums, top).add(s00);
      s01 = FloatVector.fromArray(F, sums, top + L).add(s01);
      s10 = FloatVector.fromArray(F, sums, top + 2 * L).add(s10);
      s11 = FloatVector.fromArray(F, sums, top + 3 * L).add(s11);
      s20 = FloatVector.fromArray(F, sums, top + 4 * L).add(s20);
      s21 = FloatVector.fromArray(F, sums, top + 5 * L).add(s21);
      s30 = FloatVector.fromArray(F, sums, top + 6 * L).add(s30);
      s31 = FloatVector.fromArray(F, sums, top + 7 * L).add(s31);
      s40 = FloatVector.fromArray(F, sums, top + 8 * L).add(s40);
      s41 = FloatVector.fromArray(F, sums, top + 9 * L).add(s41);
      s50 = FloatVector.fromArray(F, sums, top + 10 * L).add(s50);
      s51 = FloatVector.fromArray(F, sums, top + 11 * L).add(s51);
    }
    float[] out = s.out;
    int to = s.outAt;
    int stride = s.outStride;
    s00.intoArray(out, to);
    s01.intoArray(out, to + L);
    s10.intoArray(out, to + stride);
    s11.intoArray(out, to + stride + L);
    s20.intoArray(out, to + 2 * stride);
    s21.intoArray(out, to + 2 * stride + L);
    s30.intoArray(out, to + 3 * stride);
    s31.intoArray(out, to + 3 * stride + L);
    s40.intoArray(out, to + 4 * stride);
    s41.intoArray(out, to + 4 * stride + L);
    s50.intoArray(out, to + 5 * stride);
    s51.intoArray(out, to + 5 * stride + L);
  }
}
