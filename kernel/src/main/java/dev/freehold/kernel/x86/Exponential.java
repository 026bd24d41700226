package dev.freehold.kernel.x86;

/// The constants of fh1's `exp`, in the order of their use.
///
/// `n = round(x log2(e))` by adding `rounder`; `r = (x - n ln2High) - n ln2Low`; `e^x = 2^n (1 + r
/// + r^2 (E2 + E3 r + ...))`.
///
/// @param e6 the highest coefficient
public record Exponential(
    float log2e,
    float rounder,
    float ln2High,
    float ln2Low,
    float e6,
    float e5,
    float e4,
    float e3,
    float e2) {}
