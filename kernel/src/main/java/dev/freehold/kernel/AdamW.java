package dev.freehold.kernel;

/// One step of the AdamW optimizer: the numbers that all elements share.
///
/// Formula, per element with parameter p, gradient g and moments m, v: `h = g * gradientScale`; `m
/// = fma(m, beta1, h * (1 - beta1))`; `v = fma(v, beta2, (h * h) * (1 - beta2))`; `u = (m *
/// firstScale) / (sqrt(v * secondScale) + epsilon)`; `p = fma(-rate, u, p * keep)`, with
/// `firstScale = 1 / firstCorrection`, `secondScale = 1 / secondCorrection` and `keep = 1 - rate *
/// decay`. Every operation is one rounding to float32. Source: Loshchilov and Hutter, "Decoupled
/// Weight Decay Regularization" (2019).
///
/// @param rate learning rate of this step
/// @param beta1 what the mean of gradients keeps
/// @param beta2 what the mean of squared gradients keeps
/// @param epsilon summand of the divisor
/// @param decay weight decay, decoupled; 0 for none
/// @param firstCorrection `1 - beta1^step`
/// @param secondCorrection `1 - beta2^step`
/// @param gradientScale factor of the gradient, below 1 where it is clipped
public record AdamW(
    float rate,
    float beta1,
    float beta2,
    float epsilon,
    float decay,
    float firstCorrection,
    float secondCorrection,
    float gradientScale) {
  public AdamW {
    if (!(rate >= 0) || !(epsilon > 0) || !(decay >= 0) || !(gradientScale >= 0)) {
      throw new KernelException(
          "AdamW: expected a rate, decay and scale from 0 on and an epsilon above 0, found rate %s,"
                  .formatted(rate)
              + " decay %s, scale %s, epsilon %s".formatted(decay, gradientScale, epsilon));
    }
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new KernelException(
          "AdamW: expected betas from 0 to below 1, found %s and %s".formatted(beta1, beta2));
    }
    if (!(firstCorrection > 0 && firstCorrection <= 1)
        || !(secondCorrection > 0 && secondCorrection <= 1)) {
      throw new KernelException(
          "AdamW: expected corrections above 0 to 1, found %s and %s"
              .formatted(firstCorrection, secondCorrection));
    }
  }

  float firstScale() {
    return 1 / firstCorrection;
  }

  float secondScale() {
    return 1 / secondCorrection;
  }

  float keep() {
    return 1 - rate * decay;
  }
}
