package dev.freehold.kernel;

/// A family of kernels; every tier computes the same bits.
public enum Tier {
  /// Plain loops: the living definition of the arithmetic.
  REFERENCE,
  /// The JDK's Vector API, at any width.
  VECTOR
}
