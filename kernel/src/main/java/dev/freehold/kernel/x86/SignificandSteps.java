package dev.freehold.kernel.x86;

/// Steps of `e^x / 2^n`, n the nearest integer to `x log2(e)`, with the bits of fh1.
final class SignificandSteps {
  /// How many registers constants take.
  static final int REGISTERS = 10;

  private final Assembler a;
  private final Vec log2e;
  private final Vec rounder;
  private final Vec minusLn2High;
  private final Vec minusLn2Low;
  private final Vec[] coefficients = new Vec[6];

  /// Loads the constants, by way of `rax`.
  ///
  /// @param first the first of [#REGISTERS] registers for them
  SignificandSteps(Assembler a, Exponential constants, int first) {
    this.a = a;
    int next = first;
    log2e = number(next++, constants.log2e());
    rounder = number(next++, constants.rounder());
    minusLn2High = number(next++, -constants.ln2High());
    minusLn2Low = number(next++, -constants.ln2Low());
    float[] numbers = {
      constants.e6(), constants.e5(), constants.e4(), constants.e3(), constants.e2(), 1
    };
    for (int i = 0; i < numbers.length; i++) {
      coefficients[i] = number(next++, numbers[i]);
    }
  }

  private Vec number(int register, float value) {
    Vec to = Vec.zmm(register);
    ExponentialSteps.number(a, to, value);
    return to;
  }

  /// The register that holds 1 in every lane.
  Vec one() {
    return coefficients[coefficients.length - 1];
  }

  /// `p = e^x / 2^n`, the low bits of t = n; x is lost.
  void write(Vec x, Vec t, Vec p) {
    integer(x, t, p);
    a.vmulps(p, p, minusLn2Low);
    polynomial(x, p);
  }

  /// The same of `e^(x + lost)` for a small `lost`.
  void write(Vec x, Vec lost, Vec t, Vec p) {
    integer(x, t, p);
    a.vfmadd213ps(p, minusLn2Low, lost);
    polynomial(x, p);
  }

  /// `t = n` as a number, of what [#write] left in t.
  void number(Vec t) {
    a.vsubps(t, t, rounder);
  }

  private void integer(Vec x, Vec t, Vec p) {
    a.vmovups(t, rounder);
    a.vfmadd231ps(t, x, log2e);
    a.vsubps(p, t, rounder);
    a.vfmadd231ps(x, p, minusLn2High);
  }

  private void polynomial(Vec x, Vec p) {
    a.vaddps(x, x, p);
    a.vmovups(p, coefficients[0]);
    for (int i = 1; i < coefficients.length; i++) {
      a.vfmadd213ps(p, x, coefficients[i]);
    }
    a.vfmadd213ps(p, x, one());
  }
}
