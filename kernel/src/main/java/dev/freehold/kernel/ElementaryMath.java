package dev.freehold.kernel;

import jdk.incubator.vector.FloatVector;

/// Elementary functions of float32 with the same bits in scalar and vector form, by way of
/// StrictMath in double.
final class ElementaryMath {
  private ElementaryMath() {}

  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 1.1283791670955126 * StrictMath.exp(-x * x) * sum;
  }

  static float exp(float x) {
    return (float) (StrictMath.exp(x));
  }

  static FloatVector exp(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = exp(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static float log(float x) {
    return (float) (StrictMath.log(x));
  }

  static FloatVector log(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = log(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static float tanh(float x) {
    return (float) (StrictMath.tanh(x));
  }

  static FloatVector tanh(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = tanh(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static float sigmoid(float x) {
    return (float) (1 / (1 + StrictMath.exp(-x)));
  }

  static FloatVector sigmoid(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = sigmoid(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static float silu(float x) {
    return (float) (x / (1 + StrictMath.exp(-x)));
  }

  static FloatVector silu(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = silu(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static float geluTanh(float x) {
    return (float)
        (0.5 * x * (1 + StrictMath.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x))));
  }

  static FloatVector geluTanh(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = geluTanh(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static float geluErf(float x) {
    return (float) (0.5 * x * (1 + erf(x * 0.7071067811865476)));
  }

  static FloatVector geluErf(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = geluErf(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }

  static float softplus(float x) {
    return (float) (x > 30 ? x : StrictMath.log1p(StrictMath.exp(x)));
  }

  static FloatVector softplus(FloatVector x) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = softplus(lanes[i]);
    }
    return FloatVector.fromArray(x.species(), lanes, 0);
  }
}
