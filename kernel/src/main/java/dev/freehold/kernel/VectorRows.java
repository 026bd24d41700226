package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// [RowOps] with the Vector API; a template, see [VectorTemplates].
final class VectorRows implements RowOps {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final int LANES = 32;

  private static final VectorShuffle<Float> UP8 = VectorShuffle.iota(F, 8 % L, 1, true);
  private static final VectorShuffle<Float> UP4 = VectorShuffle.iota(F, 4 % L, 1, true);
  private static final VectorShuffle<Float> UP2 = VectorShuffle.iota(F, 2, 1, true);
  private static final VectorShuffle<Float> UP1 = VectorShuffle.iota(F, 1, 1, true);

  private final RowActivation[] activations = new RowActivation[Activation.values().length];

  VectorRows() {
    for (Activation function : Activation.values()) {
      activations[function.ordinal()] =
          VectorTemplates.load(RowActivation.class, "VectorActivation", F.vectorBitSize());
    }
  }

  /// Joins the lanes of a vector by the tree; lane 0 holds the sum.
  private static float join(FloatVector v) {
    FloatVector joined = v;
    if (L >= 16) {
      joined = joined.add(joined.rearrange(UP8));
    }
    if (L >= 8) {
      joined = joined.add(joined.rearrange(UP4));
    }
    joined = joined.add(joined.rearrange(UP2));
    joined = joined.add(joined.rearrange(UP1));
    return joined.lane(0);
  }

  /// Squares of x - mean, elements k with k mod 32 in [first, first + L).
  private static FloatVector squares(float[] x, int at, int n, int first, float mean) {
    FloatVector lanes = FloatVector.zero(F);
    int k = first;
    for (; k + L <= n; k += LANES) {
      FloatVector v = FloatVector.fromArray(F, x, at + k).sub(mean);
      lanes = v.lanewise(VectorOperators.FMA, v, lanes);
    }
    if (k < n) {
      VectorMask<Float> mask = F.indexInRange(k, n);
      FloatVector v = FloatVector.fromArray(F, x, at + k, mask).sub(mean);
      lanes = lanes.blend(v.lanewise(VectorOperators.FMA, v, lanes), mask);
    }
    return lanes;
  }

  /// Elements k with k mod 32 in [first, first + L).
  private static FloatVector sums(float[] x, int at, int n, int first) {
    FloatVector lanes = FloatVector.zero(F);
    int k = first;
    for (; k + L <= n; k += LANES) {
      lanes = lanes.add(FloatVector.fromArray(F, x, at + k));
    }
    if (k < n) {
      VectorMask<Float> mask = F.indexInRange(k, n);
      lanes = lanes.blend(lanes.add(FloatVector.fromArray(F, x, at + k, mask)), mask);
    }
    return lanes;
  }

  private static float sumOfSquares(float[] x, int at, int n, float mean) {
    if (L == 16) {
      return join(squares(x, at, n, 0, mean).add(squares(x, at, n, 16, mean)));
    }
    if (L == 8) {
      FloatVector a = squares(x, at, n, 0, mean).add(squares(x, at, n, 16, mean));
      FloatVector b = squares(x, at, n, 8, mean).add(squares(x, at, n, 24, mean));
      return join(a.add(b));
    }
    FloatVector a = squares(x, at, n, 0, mean).add(squares(x, at, n, 16, mean));
    FloatVector b = squares(x, at, n, 4, mean).add(squares(x, at, n, 20, mean));
    FloatVector c = squares(x, at, n, 8, mean).add(squares(x, at, n, 24, mean));
    FloatVector d = squares(x, at, n, 12, mean).add(squares(x, at, n, 28, mean));
    return join(a.add(c).add(b.add(d)));
  }

  private static float sum(float[] x, int at, int n) {
    if (L == 16) {
      return join(sums(x, at, n, 0).add(sums(x, at, n, 16)));
    }
    if (L == 8) {
      FloatVector a = sums(x, at, n, 0).add(sums(x, at, n, 16));
      FloatVector b = sums(x, at, n, 8).add(sums(x, at, n, 24));
      return join(a.add(b));
    }
    FloatVector a = sums(x, at, n, 0).add(sums(x, at, n, 16));
    FloatVector b = sums(x, at, n, 4).add(sums(x, at, n, 20));
    FloatVector c = sums(x, at, n, 8).add(sums(x, at, n, 24));
    FloatVector d = sums(x, at, n, 12).add(sums(x, at, n, 28));
    return join(a.add(c).add(b.add(d)));
  }

  private static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  @Override
  public void rmsNorm(Rows x, Rows y, int from, int to, Norm norm) {
    int n = norm.n();
    for (int t = from; t < to; t++) {
      for (int group = 0; group < norm.groups(); group++) {
        int xAt = x.at(t) + group * n;
        float r = 1 / sqrt(sumOfSquares(x.data(), xAt, n, 0) / n + norm.epsilon());
        scaleTo(x.data(), xAt, y.data(), y.at(t) + group * n, n, r);
        if (norm.weight().length != 0) {
          multiplyBy(y.data(), y.at(t) + group * n, norm.weight(), norm.weightAt(group), n);
        }
      }
    }
  }

  private static void scaleTo(float[] x, int xAt, float[] y, int yAt, int n, float factor) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(F, x, xAt + i).mul(factor).intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = x[xAt + i] * factor;
    }
  }

  private static void multiplyBy(float[] y, int yAt, float[] factors, int at, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(F, y, yAt + i)
          .mul(FloatVector.fromArray(F, factors, at + i))
          .intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] *= factors[at + i];
    }
  }

  @Override
  public void layerNorm(Rows x, Rows y, int from, int to, Norm norm) {
    int n = norm.n();
    for (int t = from; t < to; t++) {
      for (int group = 0; group < norm.groups(); group++) {
        int xAt = x.at(t) + group * n;
        int yAt = y.at(t) + group * n;
        float mean = sum(x.data(), xAt, n) / n;
        float r = 1 / sqrt(sumOfSquares(x.data(), xAt, n, mean) / n + norm.epsilon());
        for (int i = 0; i < n; i++) {
          float factor = norm.weight().length == 0 ? 1 : norm.weight()[norm.weightAt(group) + i];
          float bias = norm.bias().length == 0 ? 0 : norm.bias()[i];
          y.data()[yAt + i] = Math.fma((x.data()[xAt + i] - mean) * r, factor, bias);
        }
      }
    }
  }

  @Override
  public void l2Norm(Rows x, Rows y, int from, int to, Norm norm, float factor) {
    int n = norm.n();
    for (int t = from; t < to; t++) {
      for (int group = 0; group < norm.groups(); group++) {
        int xAt = x.at(t) + group * n;
        float r = factor / sqrt(sumOfSquares(x.data(), xAt, n, 0) + norm.epsilon());
        scaleTo(x.data(), xAt, y.data(), y.at(t) + group * n, n, r);
      }
    }
  }

  @Override
  public void add(Rows x, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      addTo(x.data(), x.at(t), y.data(), y.at(t), n);
    }
  }

  private static void addTo(float[] x, int xAt, float[] y, int yAt, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(F, y, yAt + i)
          .add(FloatVector.fromArray(F, x, xAt + i))
          .intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] += x[xAt + i];
    }
  }

  @Override
  public void addScaled(Rows x, Rows y, int from, int to, int n, float factor) {
    FloatVector factors = FloatVector.broadcast(F, factor);
    for (int t = from; t < to; t++) {
      int xAt = x.at(t);
      int yAt = y.at(t);
      int i = 0;
      for (; i <= n - L; i += L) {
        FloatVector.fromArray(F, x.data(), xAt + i)
            .lanewise(VectorOperators.FMA, factors, FloatVector.fromArray(F, y.data(), yAt + i))
            .intoArray(y.data(), yAt + i);
      }
      for (; i < n; i++) {
        y.data()[yAt + i] = Math.fma(x.data()[xAt + i], factor, y.data()[yAt + i]);
      }
    }
  }

  @Override
  public void scale(Rows y, int from, int to, int n, float factor) {
    for (int t = from; t < to; t++) {
      scaleTo(y.data(), y.at(t), y.data(), y.at(t), n, factor);
    }
  }

  @Override
  public void multiply(Rows x, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      multiplyBy(y.data(), y.at(t), x.data(), x.at(t), n);
    }
  }

  @Override
  public void addBias(Rows y, int from, int to, float[] bias) {
    for (int t = from; t < to; t++) {
      addTo(bias, 0, y.data(), y.at(t), bias.length);
    }
  }

  @Override
  public void multiplyColumns(Rows y, int from, int to, float[] factors) {
    for (int t = from; t < to; t++) {
      multiplyBy(y.data(), y.at(t), factors, 0, factors.length);
    }
  }

  @Override
  public void activate(Activation function, Rows x, Rows y, int from, int to, int n) {
    activations[function.ordinal()].activate(function, x, y, from, to, n);
  }

  @Override
  public void activateGated(
      Activation function, Rows gate, Rows up, Rows y, int from, int to, int n) {
    activations[function.ordinal()].activateGated(function, gate, up, y, from, to, n);
  }

  @Override
  public void clampedSwiglu(Rows gate, Rows up, Rows y, int from, int to, ClampedSwiglu shape) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < shape.n(); i += L) {
        VectorMask<Float> mask = F.indexInRange(i, shape.n());
        FloatVector g =
            FloatVector.fromArray(F, gate.data(), gate.at(t) + i, mask).min(shape.limit());
        FloatVector u =
            FloatVector.fromArray(F, up.data(), up.at(t) + i, mask)
                .min(shape.limit())
                .max(-shape.limit());
        u.add(1)
            .mul(g.mul(ElementaryVectorMath.sigmoid(g.mul(shape.alpha()))))
            .intoArray(y.data(), y.at(t) + i, mask);
      }
    }
  }

  @Override
  public void xielu(Rows x, Rows y, int from, int to, Xielu shape) {
    FloatVector alphaN = FloatVector.broadcast(F, shape.alphaN());
    for (int t = from; t < to; t++) {
      for (int i = 0; i < shape.n(); i += L) {
        VectorMask<Float> mask = F.indexInRange(i, shape.n());
        FloatVector v = FloatVector.fromArray(F, x.data(), x.at(t) + i, mask);
        FloatVector linear = v.mul(shape.beta());
        FloatVector positive = v.mul(shape.alphaP()).lanewise(VectorOperators.FMA, v, linear);
        FloatVector below = ElementaryVectorMath.exp(v.min(shape.epsilon())).sub(1).sub(v);
        below
            .lanewise(VectorOperators.FMA, alphaN, linear)
            .blend(positive, v.compare(VectorOperators.GT, 0))
            .intoArray(y.data(), y.at(t) + i, mask);
      }
    }
  }

  @Override
  public void softcap(Rows x, Rows y, int from, int to, int n, float cap) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i += L) {
        VectorMask<Float> mask = F.indexInRange(i, n);
        ElementaryVectorMath.tanh(FloatVector.fromArray(F, x.data(), x.at(t) + i, mask).div(cap))
            .mul(cap)
            .intoArray(y.data(), y.at(t) + i, mask);
      }
    }
  }

  @Override
  public void softmax(Rows x, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        max = Math.max(max, x.data()[x.at(t) + i]);
      }
      for (int i = 0; i < n; i += L) {
        VectorMask<Float> mask = F.indexInRange(i, n);
        ElementaryVectorMath.exp(FloatVector.fromArray(F, x.data(), x.at(t) + i, mask).sub(max))
            .intoArray(y.data(), y.at(t) + i, mask);
      }
      float total = sum(y.data(), y.at(t), n);
      for (int i = 0; i < n; i++) {
        y.data()[y.at(t) + i] /= total;
      }
    }
  }

  @Override
  public void rope(Rows x, int from, int to, Rope rope, RopeTable table) {
    int pairs = table.pairs();
    for (int t = from; t < to; t++) {
      for (int head = 0; head < rope.heads(); head++) {
        int at = x.at(t) + head * rope.headDim() + rope.start();
        if (rope.pairing() == Rope.Pairing.HALVES) {
          rotateHalves(x.data(), at, pairs, table.cosines(), table.sines(), t * pairs);
        } else {
          rotateNeighbours(x.data(), at, pairs, table.cosines(), table.sines(), t * pairs);
        }
      }
    }
  }

  private static void rotateHalves(
      float[] x, int at, int pairs, float[] cosines, float[] sines, int angle) {
    int i = 0;
    for (; i <= pairs - L; i += L) {
      FloatVector cosine = FloatVector.fromArray(F, cosines, angle + i);
      FloatVector sine = FloatVector.fromArray(F, sines, angle + i);
      FloatVector a = FloatVector.fromArray(F, x, at + i);
      FloatVector b = FloatVector.fromArray(F, x, at + pairs + i);
      a.lanewise(VectorOperators.FMA, cosine, b.mul(sine).neg()).intoArray(x, at + i);
      b.lanewise(VectorOperators.FMA, cosine, a.mul(sine)).intoArray(x, at + pairs + i);
    }
    for (; i < pairs; i++) {
      float a = x[at + i];
      float b = x[at + pairs + i];
      x[at + i] = Math.fma(a, cosines[angle + i], -(b * sines[angle + i]));
      x[at + pairs + i] = Math.fma(b, cosines[angle + i], a * sines[angle + i]);
    }
  }

  private static void rotateNeighbours(
      float[] x, int at, int pairs, float[] cosines, float[] sines, int angle) {
    for (int i = 0; i < pairs; i++) {
      float a = x[at + 2 * i];
      float b = x[at + 2 * i + 1];
      x[at + 2 * i] = Math.fma(a, cosines[angle + i], -(b * sines[angle + i]));
      x[at + 2 * i + 1] = Math.fma(b, cosines[angle + i], a * sines[angle + i]);
    }
  }

  private static final int MAGNITUDE = 0x7fffffff;

  /// Adding and taking away 1.5 * 2^23 rounds floats below 2^22 to integers, ties to even.
  private static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = 0x4b40_0000;

  /// As many bytes as there are lanes; there are no vectors of fewer than 64 bits.
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * L)));

  @Override
  public void quantize(Rows x, int from, int to, int n, Int8Blocks blocks) {
    int perRow = n / Activations.BLOCK;
    for (int t = from; t < to; t++) {
      quantizeRow(x.data(), x.at(t), n, blocks, t * perRow);
    }
  }

  private static void quantizeRow(float[] x, int at, int n, Int8Blocks blocks, int firstBlock) {
    Objects.checkFromIndexSize(at, n, x.length);
    for (int block = 0; block < n / Activations.BLOCK; block++) {
      int from = at + block * Activations.BLOCK;
      // Magnitudes are ordered as their bits are, and integers have a much faster maximum.
      IntVector largest = FloatVector.zero(F).reinterpretAsInts();
      for (int i = 0; i < Activations.BLOCK; i += L) {
        largest =
            largest.max(FloatVector.fromArray(F, x, from + i).reinterpretAsInts().and(MAGNITUDE));
      }
      float amax = Float.intBitsToFloat(largest.reduceLanes(VectorOperators.MAX));
      int to = firstBlock + block;
      // In a block that is not finite all products are 0 or NaN, and so all integers 0.
      boolean zero = !(amax >= Activations.SMALLEST_AMAX && amax <= Float.MAX_VALUE);
      blocks.scales()[to] = amax < Activations.SMALLEST_AMAX ? 0 : amax / 127;
      if (zero) {
        Arrays.fill(
            blocks.integers(), to * Activations.BLOCK, (to + 1) * Activations.BLOCK, (byte) 0);
        blocks.halfSums()[2 * to] = 0;
        blocks.halfSums()[2 * to + 1] = 0;
      } else if (L >= 8) {
        roundLanes(x, from, 127 / amax, blocks, to);
      } else {
        round(x, from, 127 / amax, blocks, to);
      }
    }
  }

  /// The bits of a float to which [#ROUNDER] was added, less those of `ROUNDER`, are the integer.
  private static void roundLanes(float[] x, int from, float inverse, Int8Blocks blocks, int to) {
    for (int half = 0; half < 2; half++) {
      IntVector sums = FloatVector.zero(F).reinterpretAsInts();
      for (int i = half * 16; i < half * 16 + 16; i += L) {
        IntVector q =
            FloatVector.fromArray(F, x, from + i)
                .mul(inverse)
                .add(ROUNDER)
                .reinterpretAsInts()
                .sub(ROUNDER_BITS);
        ((ByteVector) q.castShape(BYTES, 0))
            .intoArray(blocks.integers(), to * Activations.BLOCK + i);
        sums = sums.add(q);
      }
      blocks.halfSums()[to * 2 + half] = (short) sums.reduceLanes(VectorOperators.ADD);
    }
  }

  private static void round(float[] x, int from, float inverse, Int8Blocks blocks, int to) {
    for (int half = 0; half < 2; half++) {
      int sum = 0;
      for (int i = half * 16; i < half * 16 + 16; i++) {
        int q = (int) (x[from + i] * inverse + ROUNDER - ROUNDER);
        blocks.integers()[to * Activations.BLOCK + i] = (byte) q;
        sum += q;
      }
      blocks.halfSums()[to * 2 + half] = (short) sum;
    }
  }
}
