package dev.freehold.kernel;

/// What happens to what stood where a result is written.
public enum Write {
  /// It is replaced.
  SET,
  /// The result is added: `old + new`, in one rounding.
  ADD
}
