package dev.freehold.kernel;

/// A family of kernels; every tier computes the same bits.
public enum Tier {
  /// Plain loops: the living definition of the arithmetic.
  REFERENCE,
  /// The JDK's Vector API, at any width.
  VECTOR,
  /// The vector tier with emitted machine code in place of what it has kernels for; where the
  /// processor or the system lacks what they need, the vector tier, and the choice of each matrix
  /// says why.
  MACHINE
}
