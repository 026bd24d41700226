package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [SoftmaxOps] with the Vector API; a template, see [VectorTemplates].
final class VectorSoftmax implements SoftmaxOps {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final int LANES = 32;

  @Override
  public float weigh(float[] scores, int at, int count, float scale, float[] lanes) {
    int end = count + LANES - 1 & -LANES;
    Arrays.fill(scores, at + count, at + end, Float.NEGATIVE_INFINITY);
    FloatVector largest = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < end; j += L) {
      FloatVector s = FloatVector.fromArray(F, scores, at + j).mul(scale);
      s.intoArray(scores, at + j);
      largest = largest.max(s);
    }
    float max = largest.reduceLanes(VectorOperators.MAX); // a maximum has no order
    for (int j = 0; j < end; j += L) {
      ElementaryVectorMath.exp(FloatVector.fromArray(F, scores, at + j).sub(max))
          .intoArray(scores, at + j);
    }
    Arrays.fill(scores, at + count, at + end, 0);
    for (int lane = 0; lane < LANES; lane += L) {
      FloatVector sum = FloatVector.zero(F);
      for (int j = lane; j < end; j += LANES) {
        sum = sum.add(FloatVector.fromArray(F, scores, at + j));
      }
      sum.intoArray(lanes, lane);
    }
    return max;
  }

  @Override
  public void gradients(
      float[] scores,
      float[] us,
      int at,
      int count,
      float scale,
      float max,
      float inverse,
      float d) {
    int j = 0;
    for (; j <= count - L; j += L) {
      FloatVector s = FloatVector.fromArray(F, scores, at + j).mul(scale).sub(max);
      FloatVector p = ElementaryVectorMath.exp(s).mul(inverse);
      p.intoArray(scores, at + j);
      FloatVector.fromArray(F, us, at + j).sub(d).mul(p).mul(scale).intoArray(us, at + j);
    }
    for (; j < count; j++) {
      float p = ElementaryMath.exp(scores[at + j] * scale - max) * inverse;
      scores[at + j] = p;
      us[at + j] = p * (us[at + j] - d) * scale;
    }
  }

  @Override
  public float dot(float[] a, int aAt, float[] b, int bAt, int n, float[] lanes) {
    for (int lane = 0; lane < LANES; lane += L) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = lane; i <= n - L; i += LANES) {
        sum =
            FloatVector.fromArray(F, a, aAt + i)
                .lanewise(VectorOperators.FMA, FloatVector.fromArray(F, b, bAt + i), sum);
      }
      sum.intoArray(lanes, lane);
    }
    for (int i = n - n % L; i < n; i++) {
      lanes[i % LANES] = Math.fma(a[aAt + i], b[bAt + i], lanes[i % LANES]);
    }
    return LaneTree.join(lanes);
  }

  @Override
  public void join(float[] x, int xAt, float[] y, int yAt, int n, float a, float c) {
    int i = 0;
    FloatVector factor = FloatVector.broadcast(F, c);
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(F, x, xAt + i)
          .lanewise(VectorOperators.FMA, factor, FloatVector.fromArray(F, y, yAt + i).mul(a))
          .intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = Math.fma(x[xAt + i], c, y[yAt + i] * a);
    }
  }

  @Override
  public void add(float[] x, int xAt, float[] y, int yAt, int n, float factor) {
    int i = 0;
    FloatVector factors = FloatVector.broadcast(F, factor);
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(F, x, xAt + i)
          .lanewise(VectorOperators.FMA, factors, FloatVector.fromArray(F, y, yAt + i))
          .intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = Math.fma(x[xAt + i], factor, y[yAt + i]);
    }
  }
}
