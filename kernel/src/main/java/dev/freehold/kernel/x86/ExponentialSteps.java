package dev.freehold.kernel.x86;

/// Steps of `exp` of numbers that are not above 0, with the bits of fh1's `exp`.
///
/// Results are 2^32 times as large, so that none of them, nor any number on the way, is below the
/// smallest normal float, which costs some processors a hundred cycles. `e^x` below 2^-126 has bits
/// down to 2^-149 alone: it is rounded to them by adding, and taking away again, a number whose
/// last bit stands there. A NaN stays a NaN.
final class ExponentialSteps {
  /// How many registers constants take.
  static final int REGISTERS = SignificandSteps.REGISTERS + 3;

  /// From here on down `e^x` is 0.
  private static final float LOWEST = -104;

  private static final int EXPONENT = 127 + 32 << 23;

  /// `2^-126 2^32`, the last bit of which is `2^-149 2^32`.
  private static final float SMALLEST_NORMAL = 0x1p-94f;

  private final Assembler a;
  private final SignificandSteps significand;
  private final Vec lowest;
  private final Vec exponent;
  private final Vec smallestNormal;

  /// Loads the constants, by way of `rax`.
  ///
  /// @param first the first of [#REGISTERS] registers for them
  ExponentialSteps(Assembler a, Exponential constants, int first) {
    this.a = a;
    significand = new SignificandSteps(a, constants, first);
    int next = first + SignificandSteps.REGISTERS;
    lowest = Vec.zmm(next++);
    number(a, lowest, LOWEST);
    exponent = Vec.zmm(next++);
    Int8Steps.constant(a, exponent, EXPONENT);
    smallestNormal = Vec.zmm(next);
    number(a, smallestNormal, SMALLEST_NORMAL);
  }

  /// The same float32 in every lane, by way of `rax`.
  static void number(Assembler a, Vec to, float value) {
    Int8Steps.constant(a, to, Float.floatToRawIntBits(value));
  }

  /// `x = 2^32 e^x`
  void write(Vec x, Vec t, Vec p) {
    // With a NaN the second operand is the result.
    a.vmaxps(x, lowest, x);
    significand.write(x, t, p);
    a.vpslld(t, t, 23);
    a.vpaddd(t, t, exponent);
    a.vmulps(x, p, t);
    a.vpsubd(t, x, smallestNormal);
    a.vpsrad(t, t, 31);
    a.vpandd(t, t, smallestNormal);
    a.vaddps(x, x, t);
    a.vsubps(x, x, t);
  }
}
