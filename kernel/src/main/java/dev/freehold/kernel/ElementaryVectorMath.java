package dev.freehold.kernel;

import static dev.freehold.kernel.ElementaryMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// The functions of [ElementaryMath] lane by lane, with the same bits for vectors of any width (a
/// NaN may be another NaN).
///
/// Each method is its scalar form operation for operation; formulas and error bounds stand there.
/// The bodies are flat and call methods of ours only at their start, because the JIT compiler stops
/// to inline in long bodies what the Vector API does not force it to, and a vector that crosses a
/// call is boxed. For the same reason a loop should apply one of these functions, not choose among
/// several. [#exp] calls none at all: whether a callee's own calls are inlined depends on what was
/// counted in it before its caller was compiled, which can be nothing.
public final class ElementaryVectorMath {
  private ElementaryVectorMath() {}

  /// [ElementaryMath#exp].
  public static FloatVector exp(FloatVector x) {
    FloatVector atLeast = x.blend(EXP_LOWEST, x.compare(VectorOperators.LT, EXP_LOWEST));
    FloatVector clamped =
        atLeast.blend(EXP_HIGHEST, atLeast.compare(VectorOperators.GT, EXP_HIGHEST));
    FloatVector shifted = clamped.fma(x.broadcast(LOG2_E), x.broadcast(ROUNDER));
    FloatVector m = shifted.sub(ROUNDER);
    FloatVector high = m.fma(x.broadcast(-LN2_HIGH), clamped);
    FloatVector r = high.add(m.fma(x.broadcast(-LN2_LOW), x.broadcast(0)));
    IntVector n = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = n.lanewise(VectorOperators.ASHR, 1);
    return x.broadcast(E6)
        .fma(r, x.broadcast(E5))
        .fma(r, x.broadcast(E4))
        .fma(r, x.broadcast(E3))
        .fma(r, x.broadcast(E2))
        .fma(r, x.broadcast(1))
        .fma(r, x.broadcast(1))
        .mul(half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
        .mul(n.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
  }

  /// [ElementaryMath#log].
  public static FloatVector log(FloatVector x) {
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    FloatVector scaled = x.blend(x.mul(0x1p23f), tiny);
    FloatVector exponent = x.broadcast(0).blend(-23, tiny);
    IntVector bits = scaled.reinterpretAsInts();
    IntVector k = bits.sub(TWO_THIRDS_BITS).and(EXPONENT_MASK);
    FloatVector e =
        k.lanewise(VectorOperators.ASHR, 23)
            .add(ROUNDER_BITS)
            .reinterpretAsFloats()
            .sub(ROUNDER)
            .add(exponent);
    FloatVector f = bits.sub(k).reinterpretAsFloats().sub(1);
    FloatVector tail = f.mul(f).fma(logPolynomial(f), e.mul(LN2_LOW));
    return e.fma(x.broadcast(LN2_HIGH), f.add(tail))
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY))
        .blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0))
        .blend(Float.NaN, x.compare(VectorOperators.GE, 0).not());
  }

  /// [ElementaryMath#softplus].
  public static FloatVector softplus(FloatVector x) {
    FloatVector z = negativeMagnitude(x);
    FloatVector shifted = z.fma(x.broadcast(LOG2_E), x.broadcast(ROUNDER));
    FloatVector power = firstPart(z, shifted, x.broadcast(0)).mul(secondScale(shifted));
    FloatVector u = power.add(1);
    FloatVector lost = power.sub(u.sub(1));
    IntVector bits = u.reinterpretAsInts();
    IntVector k = bits.sub(TWO_THIRDS_BITS).and(EXPONENT_MASK);
    FloatVector e =
        k.lanewise(VectorOperators.ASHR, 23).add(ROUNDER_BITS).reinterpretAsFloats().sub(ROUNDER);
    FloatVector f = bits.sub(k).reinterpretAsFloats().sub(1);
    FloatVector p =
        x.broadcast(L8)
            .fma(f, x.broadcast(L7))
            .fma(f, x.broadcast(L6))
            .fma(f, x.broadcast(L5))
            .fma(f, x.broadcast(L4))
            .fma(f, x.broadcast(L3))
            .fma(f, x.broadcast(L2))
            .fma(f, x.broadcast(L1))
            .fma(f, x.broadcast(L0))
            .fma(f, x.broadcast(-0.5f));
    FloatVector tail = f.mul(f).fma(p, e.mul(LN2_LOW));
    FloatVector log = e.fma(x.broadcast(LN2_HIGH), f.add(tail)).add(lost.div(u));
    return x.blend(0, x.compare(VectorOperators.LT, 0)).add(log);
  }

  /// [ElementaryMath#sigmoid].
  public static FloatVector sigmoid(FloatVector x) {
    FloatVector z = negativeMagnitude(x);
    FloatVector shifted = z.fma(x.broadcast(LOG2_E), x.broadcast(ROUNDER));
    FloatVector y = firstPart(z, shifted, x.broadcast(0));
    FloatVector scale = secondScale(shifted);
    FloatVector one = x.broadcast(1);
    FloatVector denominator = y.fma(scale, one);
    VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
    return one.blend(y, negative).div(denominator).mul(one.blend(scale, negative));
  }

  /// [ElementaryMath#silu].
  public static FloatVector silu(FloatVector x) {
    FloatVector z = negativeMagnitude(x);
    FloatVector shifted = z.fma(x.broadcast(LOG2_E), x.broadcast(ROUNDER));
    FloatVector y = firstPart(z, shifted, x.broadcast(0));
    FloatVector scale = secondScale(shifted);
    FloatVector clamped = x.blend(EXP_LOWEST, x.compare(VectorOperators.LT, EXP_LOWEST));
    FloatVector one = x.broadcast(1);
    FloatVector denominator = y.fma(scale, one);
    VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
    return clamped.mul(one.blend(y, negative)).div(denominator).mul(one.blend(scale, negative));
  }

  /// [ElementaryMath#tanh].
  public static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector limited = a.blend(TANH_ONE, a.compare(VectorOperators.GT, TANH_ONE));
    FloatVector twice = limited.add(limited);
    FloatVector shifted = twice.fma(x.broadcast(LOG2_E), x.broadcast(ROUNDER));
    FloatVector e = firstPart(twice, shifted, x.broadcast(0)).mul(secondScale(shifted));
    FloatVector large = x.broadcast(1).sub(x.broadcast(2).div(e.add(1)));
    FloatVector s = a.mul(a);
    FloatVector p =
        x.broadcast(T4)
            .fma(s, x.broadcast(T3))
            .fma(s, x.broadcast(T2))
            .fma(s, x.broadcast(T1))
            .fma(s, x.broadcast(T0));
    FloatVector small = a.mul(s).fma(p, a);
    FloatVector magnitude = large.blend(small, a.compare(VectorOperators.LT, TANH_SMALL));
    IntVector sign = x.reinterpretAsInts().and(SIGN_MASK);
    return magnitude.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /// [ElementaryMath#erf].
  public static FloatVector erf(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector a = magnitude.blend(ERF_ONE, magnitude.compare(VectorOperators.GT, ERF_ONE));
    FloatVector c =
        x.broadcast(C7)
            .fma(a, x.broadcast(C6))
            .fma(a, x.broadcast(C5))
            .fma(a, x.broadcast(C4))
            .fma(a, x.broadcast(C3))
            .fma(a, x.broadcast(C2))
            .fma(a, x.broadcast(C1))
            .fma(a, x.broadcast(C0))
            .neg();
    FloatVector shifted = c.fma(x.broadcast(LOG2_E), x.broadcast(ROUNDER));
    FloatVector power = firstPart(c, shifted, x.broadcast(0)).mul(secondScale(shifted));
    FloatVector large = x.broadcast(1).sub(power);
    FloatVector s = a.mul(a);
    FloatVector p =
        x.broadcast(F6)
            .fma(s, x.broadcast(F5))
            .fma(s, x.broadcast(F4))
            .fma(s, x.broadcast(F3))
            .fma(s, x.broadcast(F2))
            .fma(s, x.broadcast(F1))
            .fma(s, x.broadcast(F0));
    FloatVector small = a.fma(p, a);
    FloatVector chosen = large.blend(small, a.compare(VectorOperators.LT, ERF_SMALL));
    IntVector sign = x.reinterpretAsInts().and(SIGN_MASK);
    return chosen.reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /// [ElementaryMath#geluErf].
  public static FloatVector geluErf(FloatVector x) {
    return geluErf(x, normalTail(x));
  }

  /// [ElementaryMath#geluErf] given [#normalTail]; a loop that calls the two has smaller methods to
  /// inline.
  static FloatVector geluErf(FloatVector x, FloatVector normalTail) {
    FloatVector atLeast = x.blend(-G_FAR, x.compare(VectorOperators.LT, -G_FAR));
    FloatVector limited = atLeast.blend(G_FAR, atLeast.compare(VectorOperators.GT, G_FAR));
    FloatVector a = limited.abs();
    FloatVector minusHalf = a.mul(-0.5f);
    FloatVector z = minusHalf.mul(a);
    FloatVector shifted = z.fma(x.broadcast(LOG2_E), x.broadcast(ROUNDER));
    FloatVector m = shifted.sub(ROUNDER);
    FloatVector r =
        m.fma(x.broadcast(-LN2_HIGH), z)
            .add(m.fma(x.broadcast(-LN2_LOW), minusHalf.fma(a, z.neg())));
    IntVector n = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = n.lanewise(VectorOperators.ASHR, 1);
    FloatVector y =
        x.broadcast(E6)
            .fma(r, x.broadcast(E5))
            .fma(r, x.broadcast(E4))
            .fma(r, x.broadcast(E3))
            .fma(r, x.broadcast(E2))
            .fma(r, x.broadcast(1))
            .fma(r, x.broadcast(1))
            .mul(half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
    FloatVector scale =
        n.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    FloatVector tail = limited.mul(y.mul(normalTail)).mul(scale);
    return x.sub(tail).blend(tail, x.compare(VectorOperators.LT, 0));
  }

  /// `Phi(-|x|) e^(x^2 / 2)`.
  static FloatVector normalTail(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector a = magnitude.blend(G_FAR, magnitude.compare(VectorOperators.GT, G_FAR));
    FloatVector inverse = x.broadcast(1).div(a.add(G_CENTRE));
    FloatVector rough = a.sub(G_CENTRE).mul(inverse);
    FloatVector left = rough.fma(a.neg(), rough.add(1).fma(x.broadcast(-G_CENTRE), a));
    FloatVector q = left.fma(inverse, rough);
    return x.broadcast(G10)
        .fma(q, x.broadcast(G9))
        .fma(q, x.broadcast(G8))
        .fma(q, x.broadcast(G7))
        .fma(q, x.broadcast(G6))
        .fma(q, x.broadcast(G5))
        .fma(q, x.broadcast(G4))
        .fma(q, x.broadcast(G3))
        .fma(q, x.broadcast(G2))
        .fma(q, x.broadcast(G1))
        .fma(q, x.broadcast(G0))
        .mul(inverse);
  }

  /// [ElementaryMath#geluTanh].
  public static FloatVector geluTanh(FloatVector x) {
    return geluTanh(x, geluArgumentLost(x));
  }

  /// [ElementaryMath#geluTanh] given [#geluArgumentLost]; a loop that calls the two has smaller
  /// methods to inline.
  static FloatVector geluTanh(FloatVector x, FloatVector lost) {
    FloatVector magnitude = x.abs();
    FloatVector a = magnitude.blend(GELU_FAR, magnitude.compare(VectorOperators.GT, GELU_FAR));
    FloatVector minus = a.neg();
    FloatVector z = minus.mul(a.mul(a).mul(GELU_CUBIC).add(GELU_LINEAR));
    FloatVector shifted = z.fma(x.broadcast(LOG2_E), x.broadcast(ROUNDER));
    FloatVector m = shifted.sub(ROUNDER);
    FloatVector r = m.fma(x.broadcast(-LN2_HIGH), z).add(m.fma(x.broadcast(-LN2_LOW), lost));
    IntVector n = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    IntVector half = n.lanewise(VectorOperators.ASHR, 1);
    FloatVector y =
        x.broadcast(E6)
            .fma(r, x.broadcast(E5))
            .fma(r, x.broadcast(E4))
            .fma(r, x.broadcast(E3))
            .fma(r, x.broadcast(E2))
            .fma(r, x.broadcast(1))
            .fma(r, x.broadcast(1))
            .mul(half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
    FloatVector scale =
        n.sub(half).add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    FloatVector one = x.broadcast(1);
    FloatVector denominator = y.fma(scale, one);
    VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
    return x.blend(minus, negative)
        .mul(one.blend(y, negative))
        .div(denominator)
        .mul(one.blend(scale, negative));
  }

  /// What the exponent `-|x| (GELU_LINEAR + GELU_CUBIC x^2)` loses by rounding.
  static FloatVector geluArgumentLost(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector a = magnitude.blend(GELU_FAR, magnitude.compare(VectorOperators.GT, GELU_FAR));
    FloatVector s = a.mul(a);
    FloatVector sLost = a.fma(a, s.neg());
    FloatVector cubicFactor = a.broadcast(GELU_CUBIC);
    FloatVector cubic = s.mul(GELU_CUBIC);
    FloatVector cubicLost = cubicFactor.fma(s, cubic.neg());
    FloatVector sum = cubic.add(GELU_LINEAR);
    FloatVector back = sum.sub(cubic);
    FloatVector sumLost = cubic.sub(sum.sub(back)).add(a.broadcast(GELU_LINEAR).sub(back));
    FloatVector lost =
        a.broadcast(GELU_CUBIC_LOW)
            .fma(s, cubicFactor.fma(sLost, a.broadcast(GELU_LINEAR_LOW)))
            .add(cubicLost.add(sumLost));
    FloatVector minus = a.neg();
    return minus.fma(lost, minus.fma(sum, minus.mul(sum).neg()));
  }

  /// [ElementaryMath#sin].
  public static FloatVector sin(FloatVector x) {
    return sinOrCos(x, 0);
  }

  /// [ElementaryMath#cos].
  public static FloatVector cos(FloatVector x) {
    return sinOrCos(x, 1);
  }

  private static FloatVector sinOrCos(FloatVector x, int quarters) {
    FloatVector shifted = x.fma(x.broadcast(TWO_OVER_PI), x.broadcast(ROUNDER));
    IntVector quadrant = shifted.reinterpretAsInts().sub(ROUNDER_BITS - quarters);
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = n.fma(x.broadcast(-HALF_PI_1), x);
    r = n.fma(x.broadcast(-HALF_PI_2), r);
    r = n.fma(x.broadcast(-HALF_PI_3), r);
    FloatVector s = r.mul(r);
    FloatVector p =
        x.broadcast(S3).fma(s, x.broadcast(S2)).fma(s, x.broadcast(S1)).fma(s, x.broadcast(S0));
    FloatVector sin = r.mul(s).fma(p, r);
    FloatVector cos =
        x.broadcast(K2)
            .fma(s, x.broadcast(K1))
            .fma(s, x.broadcast(K0))
            .fma(s, x.broadcast(-0.5f))
            .fma(s, x.broadcast(1));
    IntVector odd = quadrant.and(1);
    VectorMask<Float> even = odd.compare(VectorOperators.EQ, 0).cast(x.species());
    IntVector sign = quadrant.and(2).lanewise(VectorOperators.LSHL, 30);
    return cos.blend(sin, even)
        .reinterpretAsInts()
        .lanewise(VectorOperators.XOR, sign)
        .reinterpretAsFloats()
        .blend(Float.NaN, x.abs().compare(VectorOperators.LE, SIN_COS_LIMIT).not());
  }

  /// `-|x|`, not below `EXP_LOWEST`.
  private static FloatVector negativeMagnitude(FloatVector x) {
    FloatVector z = x.abs().neg();
    return z.blend(EXP_LOWEST, z.compare(VectorOperators.LT, EXP_LOWEST));
  }

  /// The significand of `e^(x + lost)` times the first scale.
  private static FloatVector firstPart(FloatVector x, FloatVector shifted, FloatVector lost) {
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector high = n.fma(x.broadcast(-LN2_HIGH), x);
    FloatVector r = high.add(n.fma(x.broadcast(-LN2_LOW), lost));
    return x.broadcast(E6)
        .fma(r, x.broadcast(E5))
        .fma(r, x.broadcast(E4))
        .fma(r, x.broadcast(E3))
        .fma(r, x.broadcast(E2))
        .fma(r, x.broadcast(1))
        .fma(r, x.broadcast(1))
        .mul(
            shifted
                .reinterpretAsInts()
                .sub(ROUNDER_BITS)
                .lanewise(VectorOperators.ASHR, 1)
                .add(127)
                .lanewise(VectorOperators.LSHL, 23)
                .reinterpretAsFloats());
  }

  private static FloatVector secondScale(FloatVector shifted) {
    IntVector n = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
    return n.sub(n.lanewise(VectorOperators.ASHR, 1))
        .add(127)
        .lanewise(VectorOperators.LSHL, 23)
        .reinterpretAsFloats();
  }

  private static FloatVector logPolynomial(FloatVector f) {
    return f.broadcast(L8)
        .fma(f, f.broadcast(L7))
        .fma(f, f.broadcast(L6))
        .fma(f, f.broadcast(L5))
        .fma(f, f.broadcast(L4))
        .fma(f, f.broadcast(L3))
        .fma(f, f.broadcast(L2))
        .fma(f, f.broadcast(L1))
        .fma(f, f.broadcast(L0))
        .fma(f, f.broadcast(-0.5f));
  }
}
