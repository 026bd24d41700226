package dev.freehold.kernel.x86;

/// The constants of fh1's approximate GELU: `x / (1 + e^-t)`, `t = |x| (linear + cubic x^2)`, where
/// both factors are given in two parts.
///
/// @param far from here on the function is `x` or 0
public record GeluTanh(float far, float linear, float linearLow, float cubic, float cubicLow) {}
