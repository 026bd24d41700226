package dev.freehold.kernel;

/// [RowOps] in plain loops: the definition.
final class ReferenceRows implements RowOps {
  private static final int LANES = 32;

  /// Joins 32 lanes by the tree 16-8-4-2-1 and returns the sum.
  static float joinLanes(float[] lanes) {
    for (int half = lanes.length / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  private static float sum(float[] x, int at, int n) {
    float[] lanes = new float[LANES];
    for (int k = 0; k < n; k++) {
      lanes[k % LANES] += x[at + k];
    }
    return joinLanes(lanes);
  }

  private static float sumOfSquares(float[] x, int at, int n, float mean) {
    float[] lanes = new float[LANES];
    for (int k = 0; k < n; k++) {
      float centred = x[at + k] - mean;
      lanes[k % LANES] = Math.fma(centred, centred, lanes[k % LANES]);
    }
    return joinLanes(lanes);
  }

  private static float sqrt(float x) {
    return (float) Math.sqrt(x); // exact: the double root rounds to the correct float root
  }

  @Override
  public void rmsNorm(Rows x, Rows y, int from, int to, Norm norm) {
    int n = norm.n();
    float[] weight = norm.weight();
    for (int t = from; t < to; t++) {
      for (int group = 0; group < norm.groups(); group++) {
        int xAt = x.at(t) + group * n;
        int yAt = y.at(t) + group * n;
        float r = 1 / sqrt(sumOfSquares(x.data(), xAt, n, 0) / n + norm.epsilon());
        for (int i = 0; i < n; i++) {
          float factor = weight.length == 0 ? 1 : weight[norm.weightAt(group) + i];
          y.data()[yAt + i] = x.data()[xAt + i] * r * factor;
        }
      }
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
        int yAt = y.at(t) + group * n;
        float r = factor / sqrt(sumOfSquares(x.data(), xAt, n, 0) + norm.epsilon());
        for (int i = 0; i < n; i++) {
          y.data()[yAt + i] = x.data()[xAt + i] * r;
        }
      }
    }
  }

  @Override
  public void add(Rows x, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i++) {
        y.data()[y.at(t) + i] += x.data()[x.at(t) + i];
      }
    }
  }

  @Override
  public void addScaled(Rows x, Rows y, int from, int to, int n, float factor) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i++) {
        int at = y.at(t) + i;
        y.data()[at] = Math.fma(x.data()[x.at(t) + i], factor, y.data()[at]);
      }
    }
  }

  @Override
  public void scale(Rows y, int from, int to, int n, float factor) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i++) {
        y.data()[y.at(t) + i] *= factor;
      }
    }
  }

  @Override
  public void multiply(Rows x, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i++) {
        y.data()[y.at(t) + i] *= x.data()[x.at(t) + i];
      }
    }
  }

  @Override
  public void addBias(Rows y, int from, int to, float[] bias) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < bias.length; i++) {
        y.data()[y.at(t) + i] += bias[i];
      }
    }
  }

  @Override
  public void multiplyColumns(Rows y, int from, int to, float[] factors) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < factors.length; i++) {
        y.data()[y.at(t) + i] *= factors[i];
      }
    }
  }

  static float apply(Activation function, float x) {
    return switch (function) {
      case SILU -> ElementaryMath.silu(x);
      case GELU_TANH -> ElementaryMath.geluTanh(x);
      case GELU_ERF -> ElementaryMath.geluErf(x);
      case SIGMOID -> ElementaryMath.sigmoid(x);
      case RELU -> Math.max(x, 0);
      case RELU_SQUARED -> Math.max(x, 0) * Math.max(x, 0);
      case TANH -> ElementaryMath.tanh(x);
      case EXP -> ElementaryMath.exp(x);
      case SOFTPLUS -> ElementaryMath.softplus(x);
    };
  }

  @Override
  public void activate(Activation function, Rows x, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i++) {
        y.data()[y.at(t) + i] = apply(function, x.data()[x.at(t) + i]);
      }
    }
  }

  @Override
  public void activateGated(
      Activation function, Rows gate, Rows up, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i++) {
        y.data()[y.at(t) + i] =
            apply(function, gate.data()[gate.at(t) + i]) * up.data()[up.at(t) + i];
      }
    }
  }

  @Override
  public void clampedSwiglu(Rows gate, Rows up, Rows y, int from, int to, ClampedSwiglu shape) {
    float limit = shape.limit();
    for (int t = from; t < to; t++) {
      for (int i = 0; i < shape.n(); i++) {
        float g = Math.min(gate.data()[gate.at(t) + i], limit);
        float u = Math.max(Math.min(up.data()[up.at(t) + i], limit), -limit);
        y.data()[y.at(t) + i] = (u + 1) * (g * ElementaryMath.sigmoid(shape.alpha() * g));
      }
    }
  }

  @Override
  public void xielu(Rows x, Rows y, int from, int to, Xielu shape) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < shape.n(); i++) {
        float v = x.data()[x.at(t) + i];
        float linear = shape.beta() * v;
        float positive = Math.fma(shape.alphaP() * v, v, linear);
        float below = ElementaryMath.exp(Math.min(v, shape.epsilon())) - 1 - v;
        y.data()[y.at(t) + i] = v > 0 ? positive : Math.fma(below, shape.alphaN(), linear);
      }
    }
  }

  @Override
  public void softcap(Rows x, Rows y, int from, int to, int n, float cap) {
    for (int t = from; t < to; t++) {
      for (int i = 0; i < n; i++) {
        y.data()[y.at(t) + i] = cap * ElementaryMath.tanh(x.data()[x.at(t) + i] / cap);
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
      for (int i = 0; i < n; i++) {
        y.data()[y.at(t) + i] = ElementaryMath.exp(x.data()[x.at(t) + i] - max);
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
          x.data()[first] = Math.fma(a, cosine, -(b * sine));
          x.data()[second] = Math.fma(b, cosine, a * sine);
        }
      }
    }
  }

  @Override
  public void quantize(Rows x, int from, int to, int n, Int8Blocks blocks) {
    int perRow = n / Activations.BLOCK;
    for (int t = from; t < to; t++) {
      for (int b = 0; b < perRow; b++) {
        quantize(x.data(), x.at(t) + b * Activations.BLOCK, blocks, t * perRow + b);
      }
    }
  }

  private static void quantize(float[] x, int from, Int8Blocks blocks, int to) {
    float amax = 0;
    for (int i = 0; i < Activations.BLOCK; i++) {
      amax = Math.max(amax, Math.abs(x[from + i]));
    }
    boolean zero = amax < Activations.SMALLEST_AMAX;
    float inverse = zero ? 0 : 127 / amax;
    blocks.scales()[to] = zero ? 0 : amax / 127;
    for (int half = 0; half < 2; half++) {
      int sum = 0;
      for (int i = half * 16; i < half * 16 + 16; i++) {
        int q = Math.clamp((int) Math.rint(x[from + i] * inverse), -127, 127);
        blocks.integers()[to * Activations.BLOCK + i] = (byte) q;
        sum += q;
      }
      blocks.halfSums()[to * 2 + half] = (short) sum;
    }
  }
}
