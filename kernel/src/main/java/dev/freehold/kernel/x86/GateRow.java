package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that applies an activation function to a row, `y = function(x)` or, gated, `y =
/// function(x) * up`, with the bits of fh1, for processors with AVX-512.
///
/// SiLU and the approximate GELU are both a quotient with the divisor `1 + e^-t`, t not below zero:
/// of x where it is not below zero, else of `x e^-t`. There the power of two in `e^-t` comes last,
/// so that only it rounds to a subnormal number. For -0, whose sign chooses the second form, both
/// give the same.
///
/// Arguments: the addresses that x, up and y are counted from, and the bytes to the first of each;
/// then, on the stack, how many vectors of 16 are whole, and the lanes of one more, one bit each,
/// or 0.
public final class GateRow {
  /// The constants of the functions.
  ///
  /// @param exponential those of the power
  /// @param siluLowest where SiLU's argument is cut off
  /// @param gelu those of the approximate GELU
  public record Constants(Exponential exponential, float siluLowest, GeluTanh gelu) {}

  /// A function that is emitted.
  public enum Function {
    SILU,
    GELU_TANH
  }

  private static final Gp X = RDI;
  private static final Gp UP = RSI;
  private static final Gp Y = RDX;

  private static final Mask NEGATIVE = new Mask(1);
  private static final Mask LAST = new Mask(2);

  private static final Vec CLAMPED = Vec.zmm(0);
  private static final Vec Z = Vec.zmm(1);
  private static final Vec LOST = Vec.zmm(2);
  private static final Vec T = Vec.zmm(3);
  private static final Vec P = Vec.zmm(4);
  private static final Vec A = Vec.zmm(5);
  private static final Vec S = Vec.zmm(6);
  private static final Vec CUBED = Vec.zmm(7);
  private static final Vec SUM = Vec.zmm(8);
  private static final Vec BACK = Vec.zmm(9);
  private static final Vec REST = Vec.zmm(10);

  private static final Vec LOWEST = Vec.zmm(11);
  private static final Vec SIGN = Vec.zmm(12);
  private static final Vec FAR = Vec.zmm(13);
  private static final Vec LINEAR = Vec.zmm(14);
  private static final Vec LINEAR_LOW = Vec.zmm(15);
  private static final Vec CUBIC = Vec.zmm(16);
  private static final Vec CUBIC_LOW = Vec.zmm(17);
  private static final int POWER = 18;

  private final Assembler a = new Assembler();
  private final Function function;
  private final boolean gated;
  private final SignificandSteps power;

  private GateRow(Function function, boolean gated, Constants constants) {
    this.function = function;
    this.gated = gated;
    this.power = new SignificandSteps(a, constants.exponential(), POWER);
    Int8Steps.constant(a, SIGN, 0x8000_0000);
    GeluTanh gelu = constants.gelu();
    switch (function) {
      case SILU -> ExponentialSteps.number(a, LOWEST, constants.siluLowest());
      case GELU_TANH -> {
        ExponentialSteps.number(a, LOWEST, -gelu.far());
        ExponentialSteps.number(a, FAR, gelu.far());
        ExponentialSteps.number(a, LINEAR, gelu.linear());
        ExponentialSteps.number(a, LINEAR_LOW, gelu.linearLow());
        ExponentialSteps.number(a, CUBIC, gelu.cubic());
        ExponentialSteps.number(a, CUBIC_LOW, gelu.cubicLow());
      }
    }
  }

  /// @param gated whether there is `up`
  public static byte[] emit(Function function, boolean gated, Constants constants) {
    GateRow row = new GateRow(function, gated, constants);
    row.emit();
    return row.a.toArray();
  }

  private void emit() {
    Label vector = new Label();
    Label rest = new Label();
    Label end = new Label();
    a.add(X, RCX);
    a.add(UP, R8);
    a.add(Y, R9);
    a.mov(RCX, at(RSP, 8));
    a.cmp(RCX, 0);
    a.j(Condition.EQUAL, rest);
    a.bind(vector);
    a.vmovups(CLAMPED, at(X));
    apply();
    if (gated) {
      a.vmulps(CLAMPED, CLAMPED, at(UP));
    }
    a.vmovups(at(Y), CLAMPED);
    a.add(X, 64);
    a.add(UP, 64);
    a.add(Y, 64);
    a.sub(RCX, 1);
    a.j(Condition.NOT_EQUAL, vector);
    a.bind(rest);
    a.mov(RAX, at(RSP, 16));
    a.cmp(RAX, 0);
    a.j(Condition.EQUAL, end);
    a.kmovw(LAST, RAX);
    a.vmovups(CLAMPED, LAST, at(X));
    apply();
    if (gated) {
      a.vmovups(T, LAST, at(UP));
      a.vmulps(CLAMPED, CLAMPED, T);
    }
    a.vmovups(at(Y), LAST, CLAMPED);
    a.bind(end);
    a.vzeroupper();
    a.ret();
  }

  /// The function of what `CLAMPED` holds.
  private void apply() {
    switch (function) {
      case SILU -> {
        // With a NaN the second operand is the result, here and below.
        a.vmaxps(CLAMPED, LOWEST, CLAMPED);
        a.vpord(Z, CLAMPED, SIGN);
        a.vmaxps(Z, LOWEST, Z);
        power.write(Z, T, P);
      }
      case GELU_TANH -> {
        geluArgument();
        power.write(Z, LOST, T, P);
      }
    }
    power.number(T);
    a.vpmovd2m(NEGATIVE, CLAMPED);
    a.vmulps(CLAMPED, NEGATIVE, CLAMPED, P);
    a.vscalefps(P, P, T);
    a.vaddps(P, P, power.one());
    a.vdivps(CLAMPED, CLAMPED, P);
    a.vscalefps(CLAMPED, NEGATIVE, CLAMPED, T);
  }

  /// `Z + LOST = -a (linear + cubic a^2)` for `a = min(|x|, far)`.
  private void geluArgument() {
    a.vmovups(A, SIGN);
    a.vpternlogd(A, CLAMPED, CLAMPED, Assembler.NOT_AND);
    a.vminps(A, FAR, A);
    a.vmaxps(CLAMPED, LOWEST, CLAMPED);
    a.vmulps(S, A, A);
    a.vmovups(REST, S);
    a.vfmsub231ps(REST, A, A);
    a.vmovups(LOST, LINEAR_LOW);
    a.vfmadd231ps(LOST, CUBIC, REST);
    a.vfmadd231ps(LOST, CUBIC_LOW, S);
    a.vmulps(CUBED, CUBIC, S);
    a.vmovups(REST, CUBED);
    a.vfmsub231ps(REST, CUBIC, S);
    a.vaddps(SUM, CUBED, LINEAR);
    a.vsubps(BACK, SUM, CUBED);
    a.vsubps(T, SUM, BACK);
    a.vsubps(T, CUBED, T);
    a.vsubps(P, LINEAR, BACK);
    a.vaddps(T, T, P);
    a.vaddps(REST, REST, T);
    a.vaddps(REST, LOST, REST);
    a.vmulps(Z, A, SUM);
    a.vmovups(LOST, Z);
    a.vfnmadd231ps(LOST, A, SUM);
    a.vfnmadd231ps(LOST, A, REST);
    a.vpord(Z, Z, SIGN);
  }
}
