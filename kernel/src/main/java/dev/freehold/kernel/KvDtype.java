package dev.freehold.kernel;

/// How keys and values are stored; part of the name of the arithmetic.
public enum KvDtype {
  F32,
  F16,
  BF16,
  /// Blocks of 32 int8 with a float16 scale.
  Q8_0
}
