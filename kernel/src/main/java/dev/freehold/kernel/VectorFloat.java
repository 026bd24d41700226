package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [FloatKernel] with the Vector API; a template, see [VectorTemplates].
///
/// Four rows by four tokens are summed in registers (two tokens where a processor has 16
/// registers), else eight rows by one token. Narrow vectors pass over the columns once for each
/// part of the 16 lanes.
final class VectorFloat implements FloatKernel {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final int LANES = 16;
  private static final int COLUMNS = Panel.COLUMNS;
  private static final int TOKEN = Panel.ROWS * LANES;
  private static final int WIDE = L == 8 ? 2 : 4;
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final VectorShuffle<Float> SWAP8 = swap(8 % L);
  private static final VectorShuffle<Float> SWAP4 = swap(4 % L);
  private static final VectorShuffle<Float> SWAP2 = swap(2);
  private static final VectorShuffle<Float> SWAP1 = swap(1);

  private static VectorShuffle<Float> swap(int bit) {
    return VectorShuffle.fromOp(F, i -> i ^ bit);
  }

  @Override
  public void read(Dtype dtype, MemorySegment src, long offset, float[] values, int to, int count) {
    int bound = count - count % L;
    switch (dtype) {
      case F32 -> MemorySegment.copy(src, F32, offset, values, to, count);
      case F16 -> {
        for (int k = 0; k < bound; k += L) {
          HalfFloats.loadF16(F, src, offset + 2L * k).intoArray(values, to + k);
        }
        for (int k = bound; k < count; k++) {
          values[to + k] = BlockBytes.f16(src, offset + 2L * k);
        }
      }
      case BF16 -> {
        for (int k = 0; k < bound; k += L) {
          HalfFloats.loadBf16(F, src, offset + 2L * k).intoArray(values, to + k);
        }
        for (int k = bound; k < count; k++) {
          values[to + k] = Float.intBitsToFloat(BlockBytes.u16(src, offset + 2L * k) << 16);
        }
      }
      default -> throw new IllegalArgumentException(dtype.toString());
    }
  }

  @Override
  public void multiply(Panel panel, int columns, Rows x, int firstToken, int tokens) {
    int column = panel.firstBlock * Activations.BLOCK;
    int whole = columns - columns % LANES;
    int wide = tokens - tokens % WIDE;
    for (int part = 0; part < LANES; part += L) {
      for (int t = 0; t < wide; t += WIDE) {
        int xAt = x.at(firstToken + t) + column + part;
        for (int r = 0; r < panel.rows; r += 4) {
          int lanesAt = (t * Panel.ROWS + r) * LANES + part;
          if (L == 8) {
            fourByTwo(panel, r * COLUMNS + part, whole, x, xAt, lanesAt);
          } else {
            fourByFour(panel, r * COLUMNS + part, whole, x, xAt, lanesAt);
          }
        }
      }
      for (int t = wide; t < tokens; t++) {
        int xAt = x.at(firstToken + t) + column + part;
        for (int r = 0; r < panel.rows; r += 8) {
          int lanesAt = (t * Panel.ROWS + r) * LANES + part;
          eightByOne(panel, r * COLUMNS + part, whole, x, xAt, lanesAt);
        }
      }
    }
    for (int t = 0; whole < columns && t < tokens; t++) {
      addTail(panel, whole, columns, x, x.at(firstToken + t) + column, t);
    }
  }

  /// The last columns of a row where they do not fill the lanes.
  private static void addTail(Panel panel, int whole, int columns, Rows x, int xAt, int token) {
    for (int r = 0; r < panel.rows; r++) {
      int lanesAt = (token * Panel.ROWS + r) * LANES - whole;
      for (int k = whole; k < columns; k++) {
        float w = panel.weights[r * COLUMNS + k];
        panel.lanes[lanesAt + k] = Math.fma(x.data()[xAt + k], w, panel.lanes[lanesAt + k]);
      }
    }
  }

  /// Adds `count` columns to one vector of lanes for 4 rows and 4 tokens.
  private static void fourByFour(Panel panel, int wAt, int count, Rows x, int xAt, int lanesAt) {
    float[] w = panel.weights;
    float[] lanes = panel.lanes;
    float[] values = x.data();
    int stride = x.stride();
    FloatVector s00 = FloatVector.fromArray(F, lanes, lanesAt);
    FloatVector s10 = FloatVector.fromArray(F, lanes, lanesAt + 16);
    FloatVector s20 = FloatVector.fromArray(F, lanes, lanesAt + 32);
    FloatVector s30 = FloatVector.fromArray(F, lanes, lanesAt + 48);
    FloatVector s01 = FloatVector.fromArray(F, lanes, lanesAt + TOKEN);
    FloatVector s11 = FloatVector.fromArray(F, lanes, lanesAt + TOKEN + 16);
    FloatVector s21 = FloatVector.fromArray(F, lanes, lanesAt + TOKEN + 32);
    FloatVector s31 = FloatVector.fromArray(F, lanes, lanesAt + TOKEN + 48);
    FloatVector s02 = FloatVector.fromArray(F, lanes, lanesAt + 2 * TOKEN);
    FloatVector s12 = FloatVector.fromArray(F, lanes, lanesAt + 2 * TOKEN + 16);
    FloatVector s22 = FloatVector.fromArray(F, lanes, lanesAt + 2 * TOKEN + 32);
    FloatVector s32 = FloatVector.fromArray(F, lanes, lanesAt + 2 * TOKEN + 48);
    FloatVector s03 = FloatVector.fromArray(F, lanes, lanesAt + 3 * TOKEN);
    FloatVector s13 = FloatVector.fromArray(F, lanes, lanesAt + 3 * TOKEN + 16);
    FloatVector s23 = FloatVector.fromArray(F, lanes, lanesAt + 3 * TOKEN + 32);
    FloatVector s33 = FloatVector.fromArray(F, lanes, lanesAt + 3 * TOKEN + 48);
    for (int k = 0; k < count; k += 16) {
      FloatVector x0 = FloatVector.fromArray(F, values, xAt + k);
      FloatVector x1 = FloatVector.fromArray(F, values, xAt + stride + k);
      FloatVector x2 = FloatVector.fromArray(F, values, xAt + 2 * stride + k);
      FloatVector x3 = FloatVector.fromArray(F, values, xAt + 3 * stride + k);
      FloatVector v = FloatVector.fromArray(F, w, wAt + k);
      s00 = x0.fma(v, s00);
      s01 = x1.fma(v, s01);
      s02 = x2.fma(v, s02);
      s03 = x3.fma(v, s03);
      v = FloatVector.fromArray(F, w, wAt + COLUMNS + k);
      s10 = x0.fma(v, s10);
      s11 = x1.fma(v, s11);
      s12 = x2.fma(v, s12);
      s13 = x3.fma(v, s13);
      v = FloatVector.fromArray(F, w, wAt + 2 * COLUMNS + k);
      s20 = x0.fma(v, s20);
      s21 = x1.fma(v, s21);
      s22 = x2.fma(v, s22);
      s23 = x3.fma(v, s23);
      v = FloatVector.fromArray(F, w, wAt + 3 * COLUMNS + k);
      s30 = x0.fma(v, s30);
      s31 = x1.fma(v, s31);
      s32 = x2.fma(v, s32);
      s33 = x3.fma(v, s33);
    }
    s00.intoArray(lanes, lanesAt);
    s10.intoArray(lanes, lanesAt + 16);
    s20.intoArray(lanes, lanesAt + 32);
    s30.intoArray(lanes, lanesAt + 48);
    s01.intoArray(lanes, lanesAt + TOKEN);
    s11.intoArray(lanes, lanesAt + TOKEN + 16);
    s21.intoArray(lanes, lanesAt + TOKEN + 32);
    s31.intoArray(lanes, lanesAt + TOKEN + 48);
    s02.intoArray(lanes, lanesAt + 2 * TOKEN);
    s12.intoArray(lanes, lanesAt + 2 * TOKEN + 16);
    s22.intoArray(lanes, lanesAt + 2 * TOKEN + 32);
    s32.intoArray(lanes, lanesAt + 2 * TOKEN + 48);
    s03.intoArray(lanes, lanesAt + 3 * TOKEN);
    s13.intoArray(lanes, lanesAt + 3 * TOKEN + 16);
    s23.intoArray(lanes, lanesAt + 3 * TOKEN + 32);
    s33.intoArray(lanes, lanesAt + 3 * TOKEN + 48);
  }

  /// Adds `count` columns to one vector of lanes for 4 rows and 2 tokens.
  private static void fourByTwo(Panel panel, int wAt, int count, Rows x, int xAt, int lanesAt) {
    float[] w = panel.weights;
    float[] lanes = panel.lanes;
    float[] values = x.data();
    int stride = x.stride();
    FloatVector s00 = FloatVector.fromArray(F, lanes, lanesAt);
    FloatVector s10 = FloatVector.fromArray(F, lanes, lanesAt + 16);
    FloatVector s20 = FloatVector.fromArray(F, lanes, lanesAt + 32);
    FloatVector s30 = FloatVector.fromArray(F, lanes, lanesAt + 48);
    FloatVector s01 = FloatVector.fromArray(F, lanes, lanesAt + TOKEN);
    FloatVector s11 = FloatVector.fromArray(F, lanes, lanesAt + TOKEN + 16);
    FloatVector s21 = FloatVector.fromArray(F, lanes, lanesAt + TOKEN + 32);
    FloatVector s31 = FloatVector.fromArray(F, lanes, lanesAt + TOKEN + 48);
    for (int k = 0; k < count; k += 16) {
      FloatVector x0 = FloatVector.fromArray(F, values, xAt + k);
      FloatVector x1 = FloatVector.fromArray(F, values, xAt + stride + k);
      FloatVector v = FloatVector.fromArray(F, w, wAt + k);
      s00 = x0.fma(v, s00);
      s01 = x1.fma(v, s01);
      v = FloatVector.fromArray(F, w, wAt + COLUMNS + k);
      s10 = x0.fma(v, s10);
      s11 = x1.fma(v, s11);
      v = FloatVector.fromArray(F, w, wAt + 2 * COLUMNS + k);
      s20 = x0.fma(v, s20);
      s21 = x1.fma(v, s21);
      v = FloatVector.fromArray(F, w, wAt + 3 * COLUMNS + k);
      s30 = x0.fma(v, s30);
      s31 = x1.fma(v, s31);
    }
    s00.intoArray(lanes, lanesAt);
    s10.intoArray(lanes, lanesAt + 16);
    s20.intoArray(lanes, lanesAt + 32);
    s30.intoArray(lanes, lanesAt + 48);
    s01.intoArray(lanes, lanesAt + TOKEN);
    s11.intoArray(lanes, lanesAt + TOKEN + 16);
    s21.intoArray(lanes, lanesAt + TOKEN + 32);
    s31.intoArray(lanes, lanesAt + TOKEN + 48);
  }

  /// Adds `count` columns to one vector of lanes for 8 rows and 1 token.
  private static void eightByOne(Panel panel, int wAt, int count, Rows x, int xAt, int lanesAt) {
    float[] w = panel.weights;
    float[] lanes = panel.lanes;
    float[] values = x.data();
    FloatVector s00 = FloatVector.fromArray(F, lanes, lanesAt);
    FloatVector s10 = FloatVector.fromArray(F, lanes, lanesAt + 16);
    FloatVector s20 = FloatVector.fromArray(F, lanes, lanesAt + 32);
    FloatVector s30 = FloatVector.fromArray(F, lanes, lanesAt + 48);
    FloatVector s40 = FloatVector.fromArray(F, lanes, lanesAt + 64);
    FloatVector s50 = FloatVector.fromArray(F, lanes, lanesAt + 80);
    FloatVector s60 = FloatVector.fromArray(F, lanes, lanesAt + 96);
    FloatVector s70 = FloatVector.fromArray(F, lanes, lanesAt + 112);
    for (int k = 0; k < count; k += 16) {
      FloatVector x0 = FloatVector.fromArray(F, values, xAt + k);
      FloatVector v = FloatVector.fromArray(F, w, wAt + k);
      s00 = x0.fma(v, s00);
      v = FloatVector.fromArray(F, w, wAt + COLUMNS + k);
      s10 = x0.fma(v, s10);
      v = FloatVector.fromArray(F, w, wAt + 2 * COLUMNS + k);
      s20 = x0.fma(v, s20);
      v = FloatVector.fromArray(F, w, wAt + 3 * COLUMNS + k);
      s30 = x0.fma(v, s30);
      v = FloatVector.fromArray(F, w, wAt + 4 * COLUMNS + k);
      s40 = x0.fma(v, s40);
      v = FloatVector.fromArray(F, w, wAt + 5 * COLUMNS + k);
      s50 = x0.fma(v, s50);
      v = FloatVector.fromArray(F, w, wAt + 6 * COLUMNS + k);
      s60 = x0.fma(v, s60);
      v = FloatVector.fromArray(F, w, wAt + 7 * COLUMNS + k);
      s70 = x0.fma(v, s70);
    }
    s00.intoArray(lanes, lanesAt);
    s10.intoArray(lanes, lanesAt + 16);
    s20.intoArray(lanes, lanesAt + 32);
    s30.intoArray(lanes, lanesAt + 48);
    s40.intoArray(lanes, lanesAt + 64);
    s50.intoArray(lanes, lanesAt + 80);
    s60.intoArray(lanes, lanesAt + 96);
    s70.intoArray(lanes, lanesAt + 112);
  }

  @Override
  public void join(float[] lanes, int lanesAt, float[] outputs, int outputsAt, int count) {
    for (int i = 0; i < count; i++) {
      int at = lanesAt + i * LANES;
      FloatVector sum = FloatVector.fromArray(F, lanes, at);
      if (L == 16) {
        sum = sum.add(sum.rearrange(SWAP8));
      } else if (L == 8) {
        sum = sum.add(FloatVector.fromArray(F, lanes, at + 8));
      } else {
        FloatVector odd = FloatVector.fromArray(F, lanes, at + 4);
        sum = sum.add(FloatVector.fromArray(F, lanes, at + 8));
        sum = sum.add(odd.add(FloatVector.fromArray(F, lanes, at + 12)));
      }
      if (L != 4) {
        sum = sum.add(sum.rearrange(SWAP4));
      }
      sum = sum.add(sum.rearrange(SWAP2));
      sum = sum.add(sum.rearrange(SWAP1));
      outputs[outputsAt + i] = sum.lane(0);
    }
  }
}
