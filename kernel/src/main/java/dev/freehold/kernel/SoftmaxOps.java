package dev.freehold.kernel;

/// What [TiledAttention] does with one row of scores.
interface SoftmaxOps {
  /// Scores become weights: `s = x * scale`, `w = exp(s - max)`, for `count` positions from `at`
  /// on; those after them, up to a multiple of 32, become 0.
  ///
  /// @param lanes takes the sums of the weights in 32 lanes
  /// @return the largest s
  float weigh(float[] scores, int at, int count, float scale, float[] lanes);

  /// `w = exp(s * scale - max) * inverse` in place of s, and `(w * (u - d)) * scale` in place of u,
  /// for `count` positions.
  void gradients(
      float[] scores,
      float[] us,
      int at,
      int count,
      float scale,
      float max,
      float inverse,
      float d);

  /// The sum of a * b by fma in 32 lanes, joined.
  float dot(float[] a, int aAt, float[] b, int bAt, int n, float[] lanes);

  /// y = fma(x, c, y * a)
  void join(float[] x, int xAt, float[] y, int yAt, int n, float a, float c);

  /// y = fma(x, factor, y)
  void add(float[] x, int xAt, float[] y, int yAt, int n, float factor);
}
