package dev.freehold.kernel;

/// The elementary functions of the arithmetic `fh1` in float32, made of fma, add, multiply, divide,
/// integer operations and selects only, so that they give the same bits on every machine.
///
/// [ElementaryVectorMath] has the same functions lane by lane, with the same bits. Each function
/// takes every float: results underflow gradually to denormals and zero, overflow to infinity; a
/// NaN gives a NaN. Where a function has a range, it says so.
///
/// Error bounds are in units in the last place of the correctly rounded result's float32 (2^-149
/// for denormals), and hold for every float32 argument.
///
/// Source: argument reduction after W. J. Cody and W. Waite, "Software Manual for the Elementary
/// Functions" (1980); polynomials are minimax fits (E. Remez) of our own, rounded to float32 one
/// coefficient after the other.
public final class ElementaryMath {
  /// Adding `1.5 * 2^23` rounds to an integer, which stands in the low bits of the sum.
  static final float ROUNDER = 0x1.8p23f;

  static final int ROUNDER_BITS = 0x4b40_0000;
  static final float LOG2_E = 0x1.715476p0f;
  static final float LN2_HIGH = 0x1.62e43p-1f;
  static final float LN2_LOW = -0x1.05c61p-29f;

  /// Below `EXP_LOWEST` and above `EXP_HIGHEST` exp is 0 and infinity.
  static final float EXP_LOWEST = -126;

  static final float EXP_HIGHEST = 89;

  /// `e^r = 1 + r + r^2 (E2 + E3 r + ...)` for `|r| <= 0.3467`.
  static final float E2 = 0x1.fffffcp-2f;

  static final float E3 = 0x1.55548cp-3f;
  static final float E4 = 0x1.555858p-5f;
  static final float E5 = 0x1.123dccp-7f;
  static final float E6 = 0x1.6ac52cp-10f;

  /// `log(1 + f) = f - f^2 / 2 + f^3 (L0 + L1 f + ...)` for `|f| <= 1/3`.
  static final float L0 = 0x1.555556p-2f;

  static final float L1 = -0x1.ffff02p-3f;
  static final float L2 = 0x1.99985ep-3f;
  static final float L3 = -0x1.559bb4p-3f;
  static final float L4 = 0x1.24d798p-3f;
  static final float L5 = -0x1.f334e8p-4f;
  static final float L6 = 0x1.bb4de2p-4f;
  static final float L7 = -0x1.07e074p-3f;
  static final float L8 = 0x1.e01aeap-4f;

  /// The bits of 2/3, rounded up: the lower end of the range that log reduces to.
  static final int TWO_THIRDS_BITS = 0x3f2a_aaab;

  static final int EXPONENT_MASK = 0xff80_0000;
  static final int SIGN_MASK = 0x8000_0000;

  /// `tanh(x) = x + x^3 (T0 + T1 x^2 + ...)` for `|x| < TANH_SMALL`.
  static final float T0 = -0x1.55553ap-2f;

  static final float T1 = 0x1.110844p-3f;
  static final float T2 = -0x1.b85a3ap-5f;
  static final float T3 = 0x1.52cb5ap-6f;
  static final float T4 = -0x1.786472p-8f;
  static final float TANH_SMALL = 0.625f;
  static final float TANH_ONE = 10;

  /// `erf(x) = x + x (F0 + F1 x^2 + ...)` for `|x| < ERF_SMALL`.
  static final float F0 = 0x1.06eba8p-3f;

  static final float F1 = -0x1.81274p-2f;
  static final float F2 = 0x1.ce2d64p-4f;
  static final float F3 = -0x1.b80116p-6f;
  static final float F4 = 0x1.5449b4p-8f;
  static final float F5 = -0x1.a603b2p-11f;
  static final float F6 = 0x1.4f4608p-14f;
  static final float ERF_SMALL = 0.921875f;
  static final float ERF_ONE = 4;

  /// `log(1 - erf(x)) = -(C0 + C1 x + ...)` for `ERF_SMALL <= x <= ERF_ONE`.
  static final float C0 = -0x1.6e594cp-13f;

  static final float C1 = 0x1.2127e4p0f;
  static final float C2 = 0x1.44460cp-1f;
  static final float C3 = 0x1.bb83eap-4f;
  static final float C4 = -0x1.9b8eb8p-6f;
  static final float C5 = 0x1.115bap-8f;
  static final float C6 = -0x1.c79648p-12f;
  static final float C7 = 0x1.61f65p-16f;

  /// `Phi(-a) e^(a^2 / 2) (a + G_CENTRE) = G0 + G1 q + ...` with `q = (a - G_CENTRE) / (a +
  /// G_CENTRE)`, for a of 0 to `G_FAR`, Phi the normal distribution.
  static final float G0 = 0x1.754a76p-1f;

  static final float G1 = -0x1.04c72ap-1f;
  static final float G2 = 0x1.d71386p-3f;
  static final float G3 = -0x1.832d0ap-5f;
  static final float G4 = -0x1.56d5f4p-7f;
  static final float G5 = 0x1.c8bd8ep-8f;
  static final float G6 = 0x1.0ca324p-10f;
  static final float G7 = -0x1.0ead0cp-10f;
  static final float G8 = -0x1.00a1acp-12f;
  static final float G9 = 0x1.135572p-13f;
  static final float G10 = 0x1.c8ef38p-15f;
  static final float G_CENTRE = 3;
  static final float G_FAR = 14.7f;

  /// `2 sqrt(2 / pi)` and 0.044715 times it, each in two parts.
  static final float GELU_LINEAR = 0x1.988454p0f;

  static final float GELU_LINEAR_LOW = -0x1.857936p-25f;
  static final float GELU_CUBIC = 0x1.2444f2p-4f;
  static final float GELU_CUBIC_LOW = 0x1.49b16ap-29f;
  static final float GELU_FAR = 11;

  static final float TWO_OVER_PI = 0x1.45f306p-1f;
  static final float HALF_PI_1 = 0x1.921fb6p0f;
  static final float HALF_PI_2 = -0x1.777a5cp-25f;
  static final float HALF_PI_3 = -0x1.ee59dap-50f;

  /// The largest magnitude that [#sin] and [#cos] take.
  public static final float SIN_COS_LIMIT = 0x1p17f;

  /// `sin(r) = r + r^3 (S0 + S1 r^2 + ...)` for `|r| <= pi / 4`.
  static final float S0 = -0x1.555556p-3f;

  static final float S1 = 0x1.111174p-7f;
  static final float S2 = -0x1.a0597cp-13f;
  static final float S3 = 0x1.7c4132p-19f;

  /// `cos(r) = 1 - r^2 / 2 + r^4 (K0 + K1 r^2 + ...)` for `|r| <= pi / 4`.
  static final float K0 = 0x1.55554ap-5f;

  static final float K1 = -0x1.6c0c2cp-10f;
  static final float K2 = 0x1.99e9f8p-16f;

  private ElementaryMath() {}

  /// `e^x`; at most 1 ulp off.
  public static float exp(float x) {
    float clamped = clamp(x, EXP_LOWEST, EXP_HIGHEST);
    float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
    return expSignificand(clamped, shifted, 0) * firstScale(shifted) * secondScale(shifted);
  }

  /// The natural logarithm: -infinity for zeros, NaN below zero; at most 1 ulp off.
  public static float log(float x) {
    boolean tiny = x < Float.MIN_NORMAL;
    float finite = logOfNormal(tiny ? x * 0x1p23f : x, tiny ? -23 : 0);
    float positive = x == Float.POSITIVE_INFINITY ? x : finite;
    float nonNegative = x == 0 ? Float.NEGATIVE_INFINITY : positive;
    return x >= 0 ? nonNegative : Float.NaN;
  }

  /// `log(1 + e^x)`; at most 2.2 ulp off.
  public static float softplus(float x) {
    float z = clamp(-Math.abs(x), EXP_LOWEST, 0);
    float shifted = Math.fma(z, LOG2_E, ROUNDER);
    float e = expSignificand(z, shifted, 0) * firstScale(shifted) * secondScale(shifted);
    float u = 1 + e;
    float lost = e - (u - 1);
    float log = logOfNormal(u, 0) + lost / u;
    return (x < 0 ? 0 : x) + log;
  }

  /// `1 / (1 + e^-x)`; at most 2.5 ulp off.
  public static float sigmoid(float x) {
    float z = clamp(-Math.abs(x), EXP_LOWEST, 0);
    float shifted = Math.fma(z, LOG2_E, ROUNDER);
    float y = expSignificand(z, shifted, 0) * firstScale(shifted);
    float scale = secondScale(shifted);
    float denominator = Math.fma(y, scale, 1);
    boolean negative = x < 0;
    return (negative ? y : 1) / denominator * (negative ? scale : 1);
  }

  /// `x / (1 + e^-x)`, also called swish; at most 3.4 ulp off.
  public static float silu(float x) {
    float clamped = clamp(x, EXP_LOWEST, Float.POSITIVE_INFINITY);
    float z = clamp(-Math.abs(clamped), EXP_LOWEST, 0);
    return gated(clamped, z, 0);
  }

  /// The hyperbolic tangent; at most 1.5 ulp off.
  public static float tanh(float x) {
    float a = Math.abs(x);
    float limited = clamp(a, 0, TANH_ONE);
    float twice = limited + limited;
    float shifted = Math.fma(twice, LOG2_E, ROUNDER);
    float e = expSignificand(twice, shifted, 0) * firstScale(shifted) * secondScale(shifted);
    float large = 1 - 2 / (e + 1);
    float s = a * a;
    float p = Math.fma(T4, s, T3);
    p = Math.fma(p, s, T2);
    p = Math.fma(p, s, T1);
    p = Math.fma(p, s, T0);
    float small = Math.fma(a * s, p, a);
    return withSignOf(a < TANH_SMALL ? small : large, x);
  }

  /// The error function; at most 1.1 ulp off.
  public static float erf(float x) {
    float a = clamp(Math.abs(x), 0, ERF_ONE);
    float c = Math.fma(C7, a, C6);
    c = Math.fma(c, a, C5);
    c = Math.fma(c, a, C4);
    c = Math.fma(c, a, C3);
    c = Math.fma(c, a, C2);
    c = Math.fma(c, a, C1);
    c = -Math.fma(c, a, C0);
    float shifted = Math.fma(c, LOG2_E, ROUNDER);
    float large = 1 - expSignificand(c, shifted, 0) * firstScale(shifted) * secondScale(shifted);
    float s = a * a;
    float p = Math.fma(F6, s, F5);
    p = Math.fma(p, s, F4);
    p = Math.fma(p, s, F3);
    p = Math.fma(p, s, F2);
    p = Math.fma(p, s, F1);
    p = Math.fma(p, s, F0);
    float small = Math.fma(a, p, a);
    return withSignOf(a < ERF_SMALL ? small : large, x);
  }

  /// `x Phi(x) = x (1 + erf(x / sqrt(2))) / 2`, the exact GELU; at most 5.5 ulp off.
  public static float geluErf(float x) {
    float limited = clamp(x, -G_FAR, G_FAR);
    float a = Math.abs(limited);
    float inverse = 1 / (a + G_CENTRE);
    float rough = (a - G_CENTRE) * inverse;
    float left = Math.fma(rough, -a, Math.fma(rough + 1, -G_CENTRE, a));
    float q = Math.fma(left, inverse, rough);
    float g = Math.fma(G10, q, G9);
    g = Math.fma(g, q, G8);
    g = Math.fma(g, q, G7);
    g = Math.fma(g, q, G6);
    g = Math.fma(g, q, G5);
    g = Math.fma(g, q, G4);
    g = Math.fma(g, q, G3);
    g = Math.fma(g, q, G2);
    g = Math.fma(g, q, G1);
    g = Math.fma(g, q, G0);
    g = g * inverse;
    float half = -0.5f * a;
    float z = half * a;
    float lost = Math.fma(half, a, -z);
    float shifted = Math.fma(z, LOG2_E, ROUNDER);
    float y = expSignificand(z, shifted, lost) * firstScale(shifted) * g;
    float tail = limited * y * secondScale(shifted);
    return x < 0 ? tail : x - tail;
  }

  /// `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`, the approximate GELU, computed as `x / (1
  /// + e^(-2 sqrt(2 / pi) (x + 0.044715 x^3)))`; at most 3.3 ulp off.
  public static float geluTanh(float x) {
    float clamped = clamp(x, -GELU_FAR, Float.POSITIVE_INFINITY);
    float a = clamp(Math.abs(x), 0, GELU_FAR);
    float s = a * a;
    float sLost = Math.fma(a, a, -s);
    float cubic = GELU_CUBIC * s;
    float cubicLost = Math.fma(GELU_CUBIC, s, -cubic);
    float sum = cubic + GELU_LINEAR;
    float back = sum - cubic;
    float sumLost = (cubic - (sum - back)) + (GELU_LINEAR - back);
    float lost = Math.fma(GELU_CUBIC, sLost, GELU_LINEAR_LOW);
    lost = Math.fma(GELU_CUBIC_LOW, s, lost) + (cubicLost + sumLost);
    float z = -a * sum;
    float zLost = Math.fma(-a, sum, -z);
    zLost = Math.fma(-a, lost, zLost);
    return gated(clamped, z, zLost);
  }

  /// The sine of radians, NaN where `|x| > SIN_COS_LIMIT`; at most 1.5 ulp off.
  public static float sin(float x) {
    float shifted = Math.fma(x, TWO_OVER_PI, ROUNDER);
    return sinOrCos(x, shifted, Float.floatToRawIntBits(shifted) - ROUNDER_BITS);
  }

  /// The cosine of radians, NaN where `|x| > SIN_COS_LIMIT`; at most 1.5 ulp off.
  public static float cos(float x) {
    float shifted = Math.fma(x, TWO_OVER_PI, ROUNDER);
    return sinOrCos(x, shifted, Float.floatToRawIntBits(shifted) - ROUNDER_BITS + 1);
  }

  /// The cosine of `quarters` times pi / 2, for 0 to 4.
  static float cosOfQuarters(float quarters) {
    float n = quarters + ROUNDER - ROUNDER;
    float r = (quarters - n) * HALF_PI_1;
    int quadrant = (int) n + 1;
    float chosen = (quadrant & 1) == 0 ? sinNearZero(r) : cosNearZero(r);
    return (quadrant & 2) == 0 ? chosen : -chosen;
  }

  private static float sinOrCos(float x, float shifted, int quadrant) {
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -HALF_PI_1, x);
    r = Math.fma(n, -HALF_PI_2, r);
    r = Math.fma(n, -HALF_PI_3, r);
    float chosen = (quadrant & 1) == 0 ? sinNearZero(r) : cosNearZero(r);
    int sign = (quadrant & 2) << 30;
    float result = Float.intBitsToFloat(Float.floatToRawIntBits(chosen) ^ sign);
    return Math.abs(x) <= SIN_COS_LIMIT ? result : Float.NaN;
  }

  /// sin for `|r| <= pi / 4`.
  static float sinNearZero(float r) {
    float s = r * r;
    float p = Math.fma(S3, s, S2);
    p = Math.fma(p, s, S1);
    p = Math.fma(p, s, S0);
    return Math.fma(r * s, p, r);
  }

  /// cos for `|r| <= pi / 4`.
  static float cosNearZero(float r) {
    float s = r * r;
    float p = Math.fma(K2, s, K1);
    p = Math.fma(p, s, K0);
    p = Math.fma(p, s, -0.5f);
    return Math.fma(p, s, 1);
  }

  /// `x / (1 + e^-|t|)` for x not below zero, else `x e^-|t| / (1 + e^-|t|)`, with `-|t| = z +
  /// zLost`. The last factor of the power comes last, so that only it rounds to a denormal.
  private static float gated(float x, float z, float zLost) {
    float shifted = Math.fma(z, LOG2_E, ROUNDER);
    float y = expSignificand(z, shifted, zLost) * firstScale(shifted);
    float scale = secondScale(shifted);
    float denominator = Math.fma(y, scale, 1);
    boolean negative = x < 0;
    return x * (negative ? y : 1) / denominator * (negative ? scale : 1);
  }

  /// `e^(x + lost) / 2^n` for the integer n that `shifted` holds, `lost` small.
  private static float expSignificand(float x, float shifted, float lost) {
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_HIGH, x) + Math.fma(n, -LN2_LOW, lost);
    float p = Math.fma(E6, r, E5);
    p = Math.fma(p, r, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r, 1);
    return Math.fma(p, r, 1);
  }

  /// `2^floor(n / 2)` for the integer n that `shifted` holds: two factors reach the denormals.
  private static float firstScale(float shifted) {
    int n = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
    return Float.intBitsToFloat(((n >> 1) + 127) << 23);
  }

  /// `2^(n - floor(n / 2))`.
  private static float secondScale(float shifted) {
    int n = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
    return Float.intBitsToFloat((n - (n >> 1) + 127) << 23);
  }

  /// `log(x 2^exponent)` of a positive normal x.
  private static float logOfNormal(float x, float exponent) {
    int bits = Float.floatToRawIntBits(x);
    int k = (bits - TWO_THIRDS_BITS) & EXPONENT_MASK;
    float e = Float.intBitsToFloat((k >> 23) + ROUNDER_BITS) - ROUNDER + exponent;
    float f = Float.intBitsToFloat(bits - k) - 1;
    float s = f * f;
    float p = Math.fma(L8, f, L7);
    p = Math.fma(p, f, L6);
    p = Math.fma(p, f, L5);
    p = Math.fma(p, f, L4);
    p = Math.fma(p, f, L3);
    p = Math.fma(p, f, L2);
    p = Math.fma(p, f, L1);
    p = Math.fma(p, f, L0);
    p = Math.fma(p, f, -0.5f);
    float tail = Math.fma(s, p, e * LN2_LOW);
    return Math.fma(e, LN2_HIGH, f + tail);
  }

  /// A NaN stays a NaN.
  private static float clamp(float x, float low, float high) {
    float atLeast = x < low ? low : x;
    return atLeast > high ? high : atLeast;
  }

  private static float withSignOf(float magnitude, float x) {
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(magnitude) | (Float.floatToRawIntBits(x) & SIGN_MASK));
  }
}
