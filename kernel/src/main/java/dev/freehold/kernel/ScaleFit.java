package dev.freehold.kernel;

/// Scales for a group of values by least squares over a few candidates.
final class ScaleFit {
  private static final int STEPS = 9;

  private ScaleFit() {}

  /// The scale `s` for which `s q`, `q` an integer of `-most` to `most - 1`, is nearest to `n`
  /// values; 0 where all are 0.
  static float symmetric(float[] x, int from, int n, int most) {
    float extreme = extreme(x, from, n);
    if (extreme == 0) {
      return 0;
    }
    double best = 0;
    double scale = 0;
    for (int step = -STEPS; step <= STEPS; step++) {
      double inverse = -(most + 0.1 * step) / extreme;
      double products = 0;
      double squares = 0;
      for (int k = 0; k < n; k++) {
        int q = Math.clamp((long) Math.rint(inverse * x[from + k]), -most, most - 1);
        products += (double) q * x[from + k];
        squares += q * q;
      }
      if (products * products > best * squares) {
        scale = products / squares;
        best = products * scale;
      }
    }
    return (float) scale;
  }

  /// The scale and minimum for which `scale q - minimum`, `q` an integer of 0 to `most`, is nearest
  /// to `n` values; the minimum is not below 0.
  static Affine affine(float[] x, int from, int n, int most) {
    double low = 0;
    double high = x[from];
    double sum = 0;
    for (int k = 0; k < n; k++) {
      low = Math.min(low, x[from + k]);
      high = Math.max(high, x[from + k]);
      sum += x[from + k];
    }
    if (high <= low) {
      return new Affine(0, (float) -low);
    }
    Affine best = new Affine((float) ((high - low) / most), (float) -low);
    double bestError = best.error(x, from, n, most);
    for (int step = -STEPS; step <= STEPS; step++) {
      double inverse = (most + 0.1 * step) / (high - low);
      double codes = 0;
      double squares = 0;
      double products = 0;
      for (int k = 0; k < n; k++) {
        int q = Math.clamp((long) Math.rint(inverse * (x[from + k] - low)), 0, most);
        codes += q;
        squares += q * q;
        products += (double) q * x[from + k];
      }
      double determinant = n * squares - codes * codes;
      if (determinant > 0) {
        double scale = (n * products - sum * codes) / determinant;
        double minimum = (codes * products - squares * sum) / determinant;
        Affine candidate =
            minimum >= 0
                ? new Affine((float) scale, (float) minimum)
                : new Affine((float) (products / squares), 0);
        double error = candidate.error(x, from, n, most);
        if (error < bestError) {
          best = candidate;
          bestError = error;
        }
      }
    }
    return best;
  }

  /// The first of the values with the largest magnitude, sign included.
  static float extreme(float[] x, int from, int n) {
    float extreme = 0;
    for (int k = from; k < from + n; k++) {
      if (Math.abs(extreme) < Math.abs(x[k])) {
        extreme = x[k];
      }
    }
    return extreme;
  }

  /// Values `scale q - minimum`.
  record Affine(float scale, float minimum) {
    /// The code of 0 to `most` nearest to a value.
    int code(float value, int most) {
      double q = Math.rint(((double) value + minimum) / scale);
      return scale == 0 ? 0 : Math.clamp((long) q, 0, most);
    }

    private double error(float[] x, int from, int n, int most) {
      double error = 0;
      for (int k = from; k < from + n; k++) {
        double difference = (double) scale * code(x[k], most) - minimum - x[k];
        error += difference * difference;
      }
      return error;
    }
  }
}
