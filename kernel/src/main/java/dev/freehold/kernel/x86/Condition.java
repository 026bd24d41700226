package dev.freehold.kernel.x86;

/// When a jump is taken, after a comparison of `a` with `b`; with its number in instructions.
public enum Condition {
  /// a < b, unsigned.
  BELOW(2),
  /// a >= b, unsigned.
  ABOVE_OR_EQUAL(3),
  EQUAL(4),
  NOT_EQUAL(5),
  /// a < b, signed.
  LESS(12),
  /// a >= b, signed.
  GREATER_OR_EQUAL(13),
  /// a > b, signed.
  GREATER(15);

  private final int number;

  Condition(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
