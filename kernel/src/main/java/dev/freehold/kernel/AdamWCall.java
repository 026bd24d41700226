package dev.freehold.kernel;

/// The arrays of an optimizer step; set per call, so that none is allocated.
final class AdamWCall {
  private static final float[] NOTHING = {};

  float[] parameters = NOTHING;
  float[] gradients = NOTHING;
  float[] first = NOTHING;
  float[] second = NOTHING;
  AdamW step = new AdamW(0, 0, 0, 1, 0, 1, 1, 1);

  /// Lets go of the arrays.
  void clear() {
    parameters = NOTHING;
    gradients = NOTHING;
    first = NOTHING;
    second = NOTHING;
  }
}
