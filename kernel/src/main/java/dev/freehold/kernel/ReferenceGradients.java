package dev.freehold.kernel;

import java.util.Arrays;

/// [GradientOps] in plain loops: the definition.
final class ReferenceGradients implements GradientOps {
  private static final int LANES = 32;

  @Override
  public void rmsNorm(NormGradient call, int block, float[] lanes) {
    Norm norm = call.norm;
    int n = norm.n();
    float[] weight = norm.weight();
    float[] x = call.x.data();
    float[] dy = call.dy.data();
    float[] dx = call.dx.data();
    int sumsAt = block * n;
    for (int i = 0; i < n && weight.length != 0; i++) {
      call.sums[sumsAt + i] = 0;
    }
    for (int item = block * Products.BLOCK; item < call.endOf(block); item++) {
      int xAt = call.xAt(item);
      int dyAt = call.dyAt(item);
      int dxAt = call.dxAt(item);
      float r = 1 / (float) Math.sqrt(squares(x, xAt, xAt + n, lanes) / n + norm.epsilon());
      Arrays.fill(lanes, 0);
      for (int i = 0; i < n; i++) {
        float g = weight.length == 0 ? dy[dyAt + i] : dy[dyAt + i] * weight[i];
        lanes[i % LANES] = Math.fma(g, x[xAt + i], lanes[i % LANES]);
      }
      float c = ReferenceRows.joinLanes(lanes) / n * r * r;
      for (int i = 0; i < n; i++) {
        float d = dy[dyAt + i];
        if (weight.length != 0) {
          call.sums[sumsAt + i] = Math.fma(d, x[xAt + i] * r, call.sums[sumsAt + i]);
        }
        float g = weight.length == 0 ? d : d * weight[i];
        float gradient = Math.fma(x[xAt + i], -c, g) * r;
        dx[dxAt + i] = call.write == Write.ADD ? dx[dxAt + i] + gradient : gradient;
      }
    }
  }

  @Override
  public void rope(Rows x, int from, int to, Rope rope, RopeTable table) {
    int pairs = table.pairs();
    boolean halves = rope.pairing() == Rope.Pairing.HALVES;
    for (int t = from; t < to; t++) {
      for (int head = 0; head < rope.heads(); head++) {
        int at = x.at(t) + head * rope.headDim() + rope.start();
        for (int i = 0; i < pairs; i++) {
          int first = halves ? at + i : at + 2 * i;
          int second = halves ? first + pairs : first + 1;
          float cosine = table.cosines()[t * pairs + i];
          float sine = table.sines()[t * pairs + i];
          float a = x.data()[first];
          float b = x.data()[second];
          x.data()[first] = Math.fma(a, cosine, b * sine);
          x.data()[second] = Math.fma(b, cosine, -(a * sine));
        }
      }
    }
  }

  @Override
  public void swiglu(Rows dy, Rows gate, Rows up, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i++) {
        float d = dy.data()[dy.at(t) + i];
        float g = gate.data()[gate.at(t) + i];
        float u = up.data()[up.at(t) + i];
        float q = ElementaryMath.sigmoid(g);
        float h = g * q;
        up.data()[up.at(t) + i] = d * h;
        gate.data()[gate.at(t) + i] = d * u * Math.fma(h, 1 - q, q);
      }
    }
  }

  @Override
  public void crossEntropy(Rows logits, LossCall call, int from, int to, float[] lanes) {
    float[] x = logits.data();
    for (int t = from; t < to; t++) {
      int at = logits.at(t);
      int target = call.targets[call.targetsAt + t];
      if (target < 0) {
        Arrays.fill(x, at, at + call.n, 0);
        call.losses[call.targetsAt + t] = 0;
        continue;
      }
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < call.n; i++) {
        max = Math.max(max, x[at + i]);
      }
      float distance = x[at + target] - max;
      for (int i = 0; i < call.n; i++) {
        x[at + i] = ElementaryMath.exp(x[at + i] - max);
      }
      float sum = sum(x, at, at + call.n, lanes);
      float inverse = 1 / sum;
      float atTarget = (x[at + target] * inverse - 1) * call.factor;
      for (int i = 0; i < call.n; i++) {
        x[at + i] = x[at + i] * inverse * call.factor;
      }
      x[at + target] = atTarget;
      call.losses[call.targetsAt + t] = ElementaryMath.log(sum) - distance;
    }
  }

  @Override
  public void adamW(AdamWCall call, int from, int to) {
    for (int i = from; i < to; i++) {
      step(call, i);
    }
  }

  static void step(AdamWCall call, int i) {
    AdamW step = call.step;
    float h = call.gradients[i] * step.gradientScale();
    float m = Math.fma(call.first[i], step.beta1(), h * (1 - step.beta1()));
    float v = Math.fma(call.second[i], step.beta2(), h * h * (1 - step.beta2()));
    call.first[i] = m;
    call.second[i] = v;
    float root = (float) Math.sqrt(v * step.secondScale());
    float update = m * step.firstScale() / (root + step.epsilon());
    call.parameters[i] = Math.fma(-step.rate(), update, call.parameters[i] * step.keep());
  }

  @Override
  public float squares(float[] x, int from, int to, float[] lanes) {
    Arrays.fill(lanes, 0);
    for (int i = from; i < to; i++) {
      int lane = (i - from) % LANES;
      lanes[lane] = Math.fma(x[i], x[i], lanes[lane]);
    }
    return ReferenceRows.joinLanes(lanes);
  }

  @Override
  public float sum(float[] x, int from, int to, float[] lanes) {
    Arrays.fill(lanes, 0);
    for (int i = from; i < to; i++) {
      lanes[(i - from) % LANES] += x[i];
    }
    return ReferenceRows.joinLanes(lanes);
  }

  @Override
  public void scale(float[] x, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      x[i] *= factor;
    }
  }

  @Override
  public void scatter(ScatterCall call, int from, int to) {
    for (int t = 0; t < call.tokens; t++) {
      int row = call.ids[call.idsAt + t] * call.columns;
      for (int i = from; i < to; i++) {
        call.table[row + i] += call.rows.data()[call.rows.at(t) + i];
      }
    }
  }

  @Override
  public int firstNonFinite(float[] x, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Float.isFinite(x[i])) {
        return i;
      }
    }
    return -1;
  }
}
