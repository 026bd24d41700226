package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [GradientOps] with the Vector API; a template, see [VectorTemplates].
///
/// Sums take whole vectors lane by lane of the 32, then the elements that fill no vector one by
/// one, which is the order of the definition.
final class VectorGradients implements GradientOps {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();
  private static final int LANES = 32;

  private final ReferenceGradients scalar = new ReferenceGradients();

  @Override
  public void rmsNorm(NormGradient call, int block, float[] lanes) {
    Norm norm = call.norm;
    int n = norm.n();
    float[] weight = norm.weight();
    int sumsAt = block * n;
    if (weight.length != 0) {
      Arrays.fill(call.sums, sumsAt, sumsAt + n, 0);
    }
    for (int item = block * Products.BLOCK; item < call.endOf(block); item++) {
      int xAt = call.xAt(item);
      int dyAt = call.dyAt(item);
      float[] x = call.x.data();
      float[] dy = call.dy.data();
      squareLanes(x, xAt, n, lanes);
      float r = 1 / (float) Math.sqrt(LaneTree.join(lanes) / n + norm.epsilon());
      if (weight.length == 0) {
        productLanes(dy, dyAt, x, xAt, n, lanes);
      } else {
        addWeighted(dy, dyAt, x, xAt, r, call.sums, sumsAt, n);
        weightedLanes(dy, dyAt, x, xAt, weight, lanes);
      }
      float c = LaneTree.join(lanes) / n * r * r;
      write(call, xAt, dyAt, call.dxAt(item), -c, r);
    }
  }

  private static void squareLanes(float[] x, int at, int n, float[] lanes) {
    for (int first = 0; first < LANES; first += L) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = first; i <= n - L; i += LANES) {
        FloatVector v = FloatVector.fromArray(F, x, at + i);
        sum = v.lanewise(VectorOperators.FMA, v, sum);
      }
      sum.intoArray(lanes, first);
    }
    for (int i = n - n % L; i < n; i++) {
      lanes[i % LANES] = Math.fma(x[at + i], x[at + i], lanes[i % LANES]);
    }
  }

  private static void productLanes(float[] dy, int dyAt, float[] x, int xAt, int n, float[] lanes) {
    for (int first = 0; first < LANES; first += L) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = first; i <= n - L; i += LANES) {
        sum =
            FloatVector.fromArray(F, dy, dyAt + i)
                .lanewise(VectorOperators.FMA, FloatVector.fromArray(F, x, xAt + i), sum);
      }
      sum.intoArray(lanes, first);
    }
    for (int i = n - n % L; i < n; i++) {
      lanes[i % LANES] = Math.fma(dy[dyAt + i], x[xAt + i], lanes[i % LANES]);
    }
  }

  private static void weightedLanes(
      float[] dy, int dyAt, float[] x, int xAt, float[] weight, float[] lanes) {
    int n = weight.length;
    for (int first = 0; first < LANES; first += L) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = first; i <= n - L; i += LANES) {
        sum =
            FloatVector.fromArray(F, dy, dyAt + i)
                .mul(FloatVector.fromArray(F, weight, i))
                .lanewise(VectorOperators.FMA, FloatVector.fromArray(F, x, xAt + i), sum);
      }
      sum.intoArray(lanes, first);
    }
    for (int i = n - n % L; i < n; i++) {
      float g = dy[dyAt + i] * weight[i];
      lanes[i % LANES] = Math.fma(g, x[xAt + i], lanes[i % LANES]);
    }
  }

  private static void addWeighted(
      float[] dy, int dyAt, float[] x, int xAt, float r, float[] sums, int at, int n) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(F, dy, dyAt + i)
          .lanewise(
              VectorOperators.FMA,
              FloatVector.fromArray(F, x, xAt + i).mul(r),
              FloatVector.fromArray(F, sums, at + i))
          .intoArray(sums, at + i);
    }
    for (; i < n; i++) {
      sums[at + i] = Math.fma(dy[dyAt + i], x[xAt + i] * r, sums[at + i]);
    }
  }

  /// dx = fma(x, factor, dy * weight) * r
  private static void write(NormGradient call, int xAt, int dyAt, int dxAt, float factor, float r) {
    float[] x = call.x.data();
    float[] dy = call.dy.data();
    float[] dx = call.dx.data();
    float[] weight = call.norm.weight();
    boolean weighted = weight.length != 0;
    boolean add = call.write == Write.ADD;
    int n = call.norm.n();
    FloatVector factors = FloatVector.broadcast(F, factor);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector g = FloatVector.fromArray(F, dy, dyAt + i);
      if (weighted) {
        g = g.mul(FloatVector.fromArray(F, weight, i));
      }
      FloatVector d =
          FloatVector.fromArray(F, x, xAt + i).lanewise(VectorOperators.FMA, factors, g).mul(r);
      if (add) {
        d = FloatVector.fromArray(F, dx, dxAt + i).add(d);
      }
      d.intoArray(dx, dxAt + i);
    }
    for (; i < n; i++) {
      float g = weighted ? dy[dyAt + i] * weight[i] : dy[dyAt + i];
      float d = Math.fma(x[xAt + i], factor, g) * r;
      dx[dxAt + i] = add ? dx[dxAt + i] + d : d;
    }
  }

  @Override
  public void rope(Rows x, int from, int to, Rope rope, RopeTable table) {
    if (rope.pairing() != Rope.Pairing.HALVES) {
      scalar.rope(x, from, to, rope, table);
      return;
    }
    int pairs = table.pairs();
    for (int t = from; t < to; t++) {
      for (int head = 0; head < rope.heads(); head++) {
        int at = x.at(t) + head * rope.headDim() + rope.start();
        rotateBack(x.data(), at, pairs, table.cosines(), table.sines(), t * pairs);
      }
    }
  }

  private static void rotateBack(
      float[] x, int at, int pairs, float[] cosines, float[] sines, int angle) {
    int i = 0;
    for (; i <= pairs - L; i += L) {
      FloatVector cosine = FloatVector.fromArray(F, cosines, angle + i);
      FloatVector sine = FloatVector.fromArray(F, sines, angle + i);
      FloatVector a = FloatVector.fromArray(F, x, at + i);
      FloatVector b = FloatVector.fromArray(F, x, at + pairs + i);
      a.lanewise(VectorOperators.FMA, cosine, b.mul(sine)).intoArray(x, at + i);
      b.lanewise(VectorOperators.FMA, cosine, a.mul(sine).neg()).intoArray(x, at + pairs + i);
    }
    for (; i < pairs; i++) {
      float a = x[at + i];
      float b = x[at + pairs + i];
      x[at + i] = Math.fma(a, cosines[angle + i], b * sines[angle + i]);
      x[at + pairs + i] = Math.fma(b, cosines[angle + i], -(a * sines[angle + i]));
    }
  }

  @Override
  public void swiglu(Rows dy, Rows gate, Rows up, int from, int to, int n) {
    int whole = n - n % L;
    for (int t = from; t < to; t++) {
      int dyAt = dy.at(t);
      int gateAt = gate.at(t);
      int upAt = up.at(t);
      for (int i = 0; i < whole; i += L) {
        FloatVector g = FloatVector.fromArray(F, gate.data(), gateAt + i);
        FloatVector q = ElementaryVectorMath.sigmoid(g);
        FloatVector d = FloatVector.fromArray(F, dy.data(), dyAt + i);
        FloatVector u = FloatVector.fromArray(F, up.data(), upAt + i);
        FloatVector h = g.mul(q);
        d.mul(h).intoArray(up.data(), upAt + i);
        d.mul(u)
            .mul(h.lanewise(VectorOperators.FMA, q.broadcast(1).sub(q), q))
            .intoArray(gate.data(), gateAt + i);
      }
    }
    if (whole < n) {
      scalar.swiglu(dy.from(whole), gate.from(whole), up.from(whole), from, to, n - whole);
    }
  }

  @Override
  public void crossEntropy(Rows logits, LossCall call, int from, int to, float[] lanes) {
    float[] x = logits.data();
    int n = call.n;
    for (int t = from; t < to; t++) {
      int at = logits.at(t);
      int target = call.targets[call.targetsAt + t];
      if (target < 0) {
        Arrays.fill(x, at, at + n, 0);
        call.losses[call.targetsAt + t] = 0;
        continue;
      }
      float max = max(x, at, n);
      float distance = x[at + target] - max;
      exponentials(x, at, n, max);
      sumLanes(x, at, n, lanes);
      float sum = LaneTree.join(lanes);
      float inverse = 1 / sum;
      float atTarget = (x[at + target] * inverse - 1) * call.factor;
      scaleTwice(x, at, n, inverse, call.factor);
      x[at + target] = atTarget;
      call.losses[call.targetsAt + t] = ElementaryMath.log(sum) - distance;
    }
  }

  private static float max(float[] x, int at, int n) {
    FloatVector largest = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= n - L; i += L) {
      largest = largest.max(FloatVector.fromArray(F, x, at + i));
    }
    float max = largest.reduceLanes(VectorOperators.MAX); // a maximum has no order
    for (; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }

  private static void exponentials(float[] x, int at, int n, float max) {
    int i = 0;
    for (; i <= n - L; i += L) {
      ElementaryVectorMath.exp(FloatVector.fromArray(F, x, at + i).sub(max)).intoArray(x, at + i);
    }
    for (; i < n; i++) {
      x[at + i] = ElementaryMath.exp(x[at + i] - max);
    }
  }

  private static void sumLanes(float[] x, int at, int n, float[] lanes) {
    for (int first = 0; first < LANES; first += L) {
      FloatVector sum = FloatVector.zero(F);
      for (int i = first; i <= n - L; i += LANES) {
        sum = sum.add(FloatVector.fromArray(F, x, at + i));
      }
      sum.intoArray(lanes, first);
    }
    for (int i = n - n % L; i < n; i++) {
      lanes[i % LANES] += x[at + i];
    }
  }

  private static void scaleTwice(float[] x, int at, int n, float first, float second) {
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector.fromArray(F, x, at + i).mul(first).mul(second).intoArray(x, at + i);
    }
    for (; i < n; i++) {
      x[at + i] = x[at + i] * first * second;
    }
  }

  @Override
  public void adamW(AdamWCall call, int from, int to) {
    AdamW step = call.step;
    float[] parameters = call.parameters;
    float[] gradients = call.gradients;
    float[] first = call.first;
    float[] second = call.second;
    FloatVector beta1 = FloatVector.broadcast(F, step.beta1());
    FloatVector beta2 = FloatVector.broadcast(F, step.beta2());
    FloatVector new1 = FloatVector.broadcast(F, 1 - step.beta1());
    FloatVector new2 = FloatVector.broadcast(F, 1 - step.beta2());
    FloatVector scale = FloatVector.broadcast(F, step.gradientScale());
    FloatVector scale1 = FloatVector.broadcast(F, step.firstScale());
    FloatVector scale2 = FloatVector.broadcast(F, step.secondScale());
    FloatVector epsilon = FloatVector.broadcast(F, step.epsilon());
    FloatVector rate = FloatVector.broadcast(F, -step.rate());
    FloatVector keep = FloatVector.broadcast(F, step.keep());
    int i = from;
    for (; i <= to - L; i += L) {
      FloatVector h = FloatVector.fromArray(F, gradients, i).mul(scale);
      FloatVector m =
          FloatVector.fromArray(F, first, i).lanewise(VectorOperators.FMA, beta1, h.mul(new1));
      FloatVector v =
          FloatVector.fromArray(F, second, i)
              .lanewise(VectorOperators.FMA, beta2, h.mul(h).mul(new2));
      m.intoArray(first, i);
      v.intoArray(second, i);
      FloatVector root = v.mul(scale2).lanewise(VectorOperators.SQRT).add(epsilon);
      m.mul(scale1)
          .div(root)
          .lanewise(VectorOperators.FMA, rate, FloatVector.fromArray(F, parameters, i).mul(keep))
          .intoArray(parameters, i);
    }
    scalar.adamW(call, i, to);
  }

  @Override
  public float squares(float[] x, int from, int to, float[] lanes) {
    squareLanes(x, from, to - from, lanes);
    return LaneTree.join(lanes);
  }

  @Override
  public float sum(float[] x, int from, int to, float[] lanes) {
    sumLanes(x, from, to - from, lanes);
    return LaneTree.join(lanes);
  }

  @Override
  public void scale(float[] x, int from, int to, float factor) {
    int i = from;
    for (; i <= to - L; i += L) {
      FloatVector.fromArray(F, x, i).mul(factor).intoArray(x, i);
    }
    for (; i < to; i++) {
      x[i] *= factor;
    }
  }

  @Override
  public void scatter(ScatterCall call, int from, int to) {
    for (int t = 0; t < call.tokens; t++) {
      int row = call.ids[call.idsAt + t] * call.columns;
      addTo(call.table, row, call.rows.data(), call.rows.at(t), from, to);
    }
  }

  private static void addTo(float[] y, int yAt, float[] x, int xAt, int from, int to) {
    int i = from;
    for (; i <= to - L; i += L) {
      FloatVector.fromArray(F, y, yAt + i)
          .add(FloatVector.fromArray(F, x, xAt + i))
          .intoArray(y, yAt + i);
    }
    for (; i < to; i++) {
      y[yAt + i] += x[xAt + i];
    }
  }

  @Override
  public int firstNonFinite(float[] x, int from, int to) {
    int i = from;
    FloatVector bad = FloatVector.zero(F);
    for (; i <= to - L; i += L) {
      bad = FloatVector.fromArray(F, x, i).lanewise(VectorOperators.FMA, FloatVector.zero(F), bad);
    }
    boolean found = bad.compare(VectorOperators.NE, 0).anyTrue(); // only a NaN differs from 0
    return scalar.firstNonFinite(x, found ? from : i, to);
  }
}
