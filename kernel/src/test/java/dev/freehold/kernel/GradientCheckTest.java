package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every gradient agrees with central finite differences of the operation's formula in double.
class GradientCheckTest {
  private static final float[] NONE = {};
  private static final double STEP = 1e-5;

  private final Kernels kernels = Kernels.open(TrainingBits.options(Tier.MACHINE, 0, 2));
  private final TrainingKernels training = TrainingKernels.open(kernels);
  private final Random random = new Random(11);

  @AfterEach
  void close() {
    kernels.close();
  }

  private float[] floats(int count) {
    return TrainingBits.floats(count, random);
  }

  private static Rows rows(float[] values, int columns) {
    return new Rows(values, 0, columns);
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  private static double dot(double[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// The gradient of `loss` at `at`, compared with `found` relative to its largest element.
  private static void check(
      String what, Function<double[], Double> loss, float[] at, float[] found) {
    double[] x = doubles(at);
    double[] expected = new double[x.length];
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      double before = x[i];
      x[i] = before + STEP;
      double above = loss.apply(x);
      x[i] = before - STEP;
      double below = loss.apply(x);
      x[i] = before;
      expected[i] = (above - below) / (2 * STEP);
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    assertThat(largest).as(what + ": the gradient is not zero").isPositive();
    for (int i = 0; i < x.length; i++) {
      assertThat((double) found[i])
          .as("%s, element %d", what, i)
          .isCloseTo(expected[i], within(2e-5 * largest));
    }
  }

  private static double[] product(double[] x, double[] w, ProductShape shape) {
    double[] y = new double[shape.m() * shape.n()];
    for (int m = 0; m < shape.m(); m++) {
      for (int n = 0; n < shape.n(); n++) {
        for (int k = 0; k < shape.k(); k++) {
          y[m * shape.n() + n] += x[m * shape.k() + k] * w[n * shape.k() + k];
        }
      }
    }
    return y;
  }

  @Test
  void products() {
    ProductShape shape = new ProductShape(7, 5, 19);
    float[] x = floats(7 * 19);
    float[] w = floats(5 * 19);
    float[] dy = floats(7 * 5);
    float[] dx = new float[x.length];
    float[] dw = new float[w.length];
    training.inputGradient(shape, rows(dy, 5), w, rows(dx, 19), Write.SET);
    training.weightGradient(shape, rows(dy, 5), rows(x, 19), dw, Write.SET);
    check("product by x", v -> dot(product(v, doubles(w), shape), dy), x, dx);
    check("product by w", v -> dot(product(doubles(x), v, shape), dy), w, dw);
  }

  private static double[] rmsNorm(double[] x, double[] weight, int n, double epsilon) {
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += n) {
      double squares = 0;
      for (int i = 0; i < n; i++) {
        squares += x[from + i] * x[from + i];
      }
      double r = 1 / Math.sqrt(squares / n + epsilon);
      for (int i = 0; i < n; i++) {
        y[from + i] = x[from + i] * r * weight[i];
      }
    }
    return y;
  }

  @Test
  void rmsNorm() {
    int n = 37;
    int groups = 2;
    float[] x = floats(5 * groups * n);
    float[] weight = floats(n);
    float[] dy = floats(x.length);
    float[] dx = new float[x.length];
    float[] dw = new float[n];
    Norm norm = new Norm(n, groups, weight, NONE, 1e-3f);
    training.rmsNormGradient(
        rows(x, groups * n),
        rows(dy, groups * n),
        rows(dx, groups * n),
        5,
        norm,
        Write.SET,
        dw,
        Write.SET);
    check("norm by x", v -> dot(rmsNorm(v, doubles(weight), n, 1e-3f), dy), x, dx);
    check("norm by weight", v -> dot(rmsNorm(doubles(x), v, n, 1e-3f), dy), weight, dw);
  }

  @Test
  void rope() {
    int pairs = 9;
    RopeTable table = new RopeTable(new double[] {1, .9, .8, .7, .6, .5, .4, .3, .2}, 1, 4);
    for (int t = 0; t < 4; t++) {
      table.set(t, 3 * t);
    }
    float[] x = floats(4 * 2 * pairs);
    float[] dy = floats(x.length);
    float[] dx = dy.clone();
    Rope rope = new Rope(1, 2 * pairs, 0, Rope.Pairing.HALVES);
    training.ropeGradient(rows(dx, 2 * pairs), 4, rope, table);
    check(
        "rope",
        v -> {
          double[] y = new double[v.length];
          for (int t = 0; t < 4; t++) {
            for (int i = 0; i < pairs; i++) {
              int a = t * 2 * pairs + i;
              double angle = 3 * t * (1 - 0.1 * i);
              y[a] = v[a] * Math.cos(angle) - v[a + pairs] * Math.sin(angle);
              y[a + pairs] = v[a + pairs] * Math.cos(angle) + v[a] * Math.sin(angle);
            }
          }
          return dot(y, dy);
        },
        x,
        dx);
  }

  @Test
  void swiglu() {
    float[] gate = floats(6 * 21);
    float[] up = floats(6 * 21);
    float[] dy = floats(6 * 21);
    float[] gateGradient = gate.clone();
    float[] upGradient = up.clone();
    training.swigluGradient(rows(dy, 21), rows(gateGradient, 21), rows(upGradient, 21), 6, 21);
    check("swiglu by gate", v -> dot(swiglu(v, doubles(up)), dy), gate, gateGradient);
    check("swiglu by up", v -> dot(swiglu(doubles(gate), v), dy), up, upGradient);
  }

  private static double[] swiglu(double[] gate, double[] up) {
    double[] y = new double[gate.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
    }
    return y;
  }

  @Test
  void crossEntropy() {
    int n = 29;
    int[] targets = {3, 28, -1, 0};
    float[] logits = floats(4 * n);
    float[] gradient = logits.clone();
    float[] losses = new float[4];
    training.crossEntropy(rows(gradient, n), 4, n, targets, 0, 1 / 3f, losses);
    check("cross-entropy", v -> meanLoss(v, n, targets), logits, gradient);
    assertThat((double) training.sum(losses, 0, 4) / 3)
        .isCloseTo(meanLoss(doubles(logits), n, targets), within(1e-6));
  }

  private static double meanLoss(double[] logits, int n, int[] targets) {
    double sum = 0;
    int counted = 0;
    for (int t = 0; t < targets.length; t++) {
      if (targets[t] >= 0) {
        double total = 0;
        for (int i = 0; i < n; i++) {
          total += Math.exp(logits[t * n + i]);
        }
        sum += Math.log(total) - logits[t * n + targets[t]];
        counted++;
      }
    }
    return sum / counted;
  }

  @Test
  void embedding() {
    int[] ids = {2, 0, 2, 1, 2};
    float[] table = floats(4 * 6);
    float[] dy = floats(5 * 6);
    float[] gradient = new float[table.length];
    training.embedGradient(rows(dy, 6), 6, ids, 0, 5, gradient);
    check(
        "embedding",
        v -> {
          double[] y = new double[5 * 6];
          for (int t = 0; t < 5; t++) {
            System.arraycopy(v, ids[t] * 6, y, t * 6, 6);
          }
          return dot(y, dy);
        },
        table,
        gradient);
  }

  /// The optimizer against its formula in double, over several steps.
  @Test
  void adamW() {
    float[] p = floats(40);
    float[] m = new float[40];
    float[] v = new float[40];
    double[] expected = doubles(p);
    double[] mean = new double[40];
    double[] squares = new double[40];
    for (int step = 1; step <= 5; step++) {
      float[] g = floats(40);
      double c1 = 1 - Math.pow(0.9, step);
      double c2 = 1 - Math.pow(0.95, step);
      training.adamW(
          p, g, m, v, new AdamW(1e-2f, 0.9f, 0.95f, 1e-8f, 0.1f, (float) c1, (float) c2, 0.5f));
      for (int i = 0; i < 40; i++) {
        double h = 0.5 * g[i];
        mean[i] = 0.9 * mean[i] + 0.1 * h;
        squares[i] = 0.95 * squares[i] + 0.05 * h * h;
        expected[i] *= 1 - 1e-2 * 0.1;
        expected[i] -= 1e-2 * (mean[i] / c1) / (Math.sqrt(squares[i] / c2) + 1e-8);
      }
    }
    for (int i = 0; i < 40; i++) {
      assertThat((double) p[i]).isCloseTo(expected[i], within(1e-6));
    }
  }
}
