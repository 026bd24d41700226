package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ElementaryMathTest {
  interface Scalar {
    float apply(float x);
  }

  /// A function: its two forms, its value in double, the range of arguments it is defined on, and
  /// the error that it promises.
  record Function(
      String name,
      Scalar scalar,
      UnaryOperator<FloatVector> vector,
      DoubleUnaryOperator exact,
      float least,
      float greatest,
      double ulps) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Function everywhere(
      String name,
      Scalar scalar,
      UnaryOperator<FloatVector> vector,
      DoubleUnaryOperator exact,
      double ulps) {
    float max = Float.MAX_VALUE;
    return new Function(name, scalar, vector, exact, -max, max, ulps);
  }

  static List<Function> functions() {
    float turn = ElementaryMath.SIN_COS_LIMIT;
    return List.of(
        everywhere("exp", ElementaryMath::exp, ElementaryVectorMath::exp, StrictMath::exp, 1),
        new Function(
            "log",
            ElementaryMath::log,
            ElementaryVectorMath::log,
            StrictMath::log,
            Float.MIN_VALUE,
            Float.MAX_VALUE,
            1),
        everywhere(
            "softplus",
            ElementaryMath::softplus,
            ElementaryVectorMath::softplus,
            x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x))),
            2.2),
        everywhere(
            "sigmoid",
            ElementaryMath::sigmoid,
            ElementaryVectorMath::sigmoid,
            ElementaryMathTest::logistic,
            2.5),
        everywhere(
            "silu", ElementaryMath::silu, ElementaryVectorMath::silu, x -> x * logistic(x), 3.4),
        everywhere("tanh", ElementaryMath::tanh, ElementaryVectorMath::tanh, StrictMath::tanh, 1.5),
        everywhere(
            "erf",
            ElementaryMath::erf,
            ElementaryVectorMath::erf,
            x -> Math.copySign(NormalDistribution.erf(Math.abs(x)), x),
            1.1),
        everywhere(
            "geluErf",
            ElementaryMath::geluErf,
            ElementaryVectorMath::geluErf,
            x -> x * NormalDistribution.cumulative(x),
            5.5),
        everywhere(
            "geluTanh",
            ElementaryMath::geluTanh,
            ElementaryVectorMath::geluTanh,
            x -> x * logistic(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)),
            3.3),
        new Function(
            "sin",
            ElementaryMath::sin,
            ElementaryVectorMath::sin,
            StrictMath::sin,
            -turn,
            turn,
            1.5),
        new Function(
            "cos",
            ElementaryMath::cos,
            ElementaryVectorMath::cos,
            StrictMath::cos,
            -turn,
            turn,
            1.5));
  }

  private static double logistic(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return x < 0 ? e / (1 + e) : 1 / (1 + e);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void errorStaysBelowItsBoundOnFloatsOfEveryMagnitude(Function function) {
    assertThat(worstError(function, 0, 0x7f80_0000, 4001)).isLessThanOrEqualTo(function.ulps());
  }

  /// Every float32 of magnitude 2^-30 to 2^8; outside of it the functions are 0, 1, infinite or
  /// nearly linear, or, as log, sin and cos, reduce the argument to such a range.
  @Tag("long")
  @ParameterizedTest
  @MethodSource("functions")
  void errorStaysBelowItsBoundOnEveryFloat(Function function) {
    int from = Float.floatToRawIntBits(0x1p-30f);
    int to = Float.floatToRawIntBits(0x1p8f);
    assertThat(worstError(function, from, to, 1)).isLessThanOrEqualTo(function.ulps());
    assertThat(worstError(function, 0, 0x7f80_0000, 61)).isLessThanOrEqualTo(function.ulps());
  }

  /// The largest error in ulps over the magnitudes with bits `from`, `from + stride`, ... of both
  /// signs.
  private static double worstError(Function function, int from, int to, int stride) {
    double worst = 0;
    for (long bits = from; bits < to; bits += stride) {
      float magnitude = Float.intBitsToFloat((int) bits);
      worst = Math.max(worst, error(function, magnitude));
      worst = Math.max(worst, error(function, -magnitude));
    }
    return worst;
  }

  private static double error(Function function, float x) {
    if (!(x >= function.least() && x <= function.greatest())) {
      return 0;
    }
    double exact = function.exact().applyAsDouble(x);
    float nearest = (float) exact;
    float result = function.scalar().apply(x);
    if (result == nearest) {
      return 0;
    }
    double finite = Float.isInfinite(result) ? Math.copySign(0x1p128, result) : result;
    double ulp = Math.ulp(Float.isInfinite(nearest) ? Float.MAX_VALUE : nearest);
    double error = Math.abs(finite - exact) / ulp;
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  @ParameterizedTest
  @MethodSource("functions")
  void vectorsOfEveryWidthHaveTheBitsOfTheScalarForm(Function function) {
    List<VectorSpecies<Float>> widths =
        List.of(
            FloatVector.SPECIES_64,
            FloatVector.SPECIES_128,
            FloatVector.SPECIES_256,
            FloatVector.SPECIES_512);
    float[] arguments = arguments();
    float[] expected = new float[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      expected[i] = function.scalar().apply(arguments[i]);
    }
    for (VectorSpecies<Float> width : widths) {
      float[] actual = new float[arguments.length];
      for (int i = 0; i < arguments.length; i += width.length()) {
        FloatVector x = FloatVector.fromArray(width, arguments, i);
        function.vector().apply(x).intoArray(actual, i);
      }
      for (int i = 0; i < arguments.length; i++) {
        if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
          fail(
              "%s(%a) by %s: %a, expected %a"
                  .formatted(function, arguments[i], width, actual[i], expected[i]));
        }
      }
    }
  }

  /// A machine that gives other bits than the one these were recorded on breaks the arithmetic.
  @Test
  void bitsAreThoseRecorded() {
    Map<String, Integer> hashes = new LinkedHashMap<>();
    for (Function function : functions()) {
      int hash = 0;
      for (float argument : arguments()) {
        hash = 31 * hash + Float.floatToIntBits(function.scalar().apply(argument));
      }
      hashes.put(function.name(), hash);
    }
    assertThat(hashes)
        .containsOnly(
            Map.entry("cos", -1514248792),
            Map.entry("erf", -677749754),
            Map.entry("exp", -379332399),
            Map.entry("geluErf", 333572324),
            Map.entry("geluTanh", -42200703),
            Map.entry("log", -82047016),
            Map.entry("sigmoid", -146131051),
            Map.entry("silu", 863109303),
            Map.entry("sin", 466988378),
            Map.entry("softplus", -247581324),
            Map.entry("tanh", 2076261569));
  }

  /// Special values, floats of random bits, and floats of the sizes that models have.
  private static float[] arguments() {
    float[] special = {
      0f,
      -0f,
      1f,
      -1f,
      0.5f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.intBitsToFloat(0xff80_0001),
      0.625f,
      0.921875f,
      -14.7f,
      -104f,
      -126f,
      88.72284f,
      88.72283f,
      -87.33655f,
      -103.97208f,
      0x1p17f,
      -0x1p17f,
      131072.02f
    };
    Random random = new Random(11);
    float[] arguments = Arrays.copyOf(special, 1 << 15);
    for (int i = special.length; i < arguments.length; i++) {
      arguments[i] =
          i % 2 == 0
              ? Float.intBitsToFloat(random.nextInt())
              : (float) (random.nextGaussian() * 20);
    }
    return arguments;
  }

  @Test
  void endsOfTheRanges() {
    float inf = Float.POSITIVE_INFINITY;
    assertThat(ElementaryMath.exp(inf)).isEqualTo(inf);
    assertThat(ElementaryMath.exp(-inf)).isEqualTo(0f);
    assertThat(ElementaryMath.exp(0f)).isEqualTo(1f);
    assertThat(ElementaryMath.exp(-103.9f)).isEqualTo(Float.MIN_VALUE);
    assertThat(ElementaryMath.log(0f)).isEqualTo(-inf);
    assertThat(ElementaryMath.log(inf)).isEqualTo(inf);
    assertThat(ElementaryMath.log(1f)).isEqualTo(0f);
    assertThat(ElementaryMath.log(-1f)).isNaN();
    assertThat(ElementaryMath.sigmoid(-inf)).isEqualTo(0f);
    assertThat(ElementaryMath.sigmoid(inf)).isEqualTo(1f);
    assertThat(ElementaryMath.silu(inf)).isEqualTo(inf);
    assertThat(ElementaryMath.silu(-inf)).isEqualTo(-0f);
    assertThat(ElementaryMath.softplus(-inf)).isEqualTo(0f);
    assertThat(ElementaryMath.softplus(inf)).isEqualTo(inf);
    assertThat(ElementaryMath.tanh(-inf)).isEqualTo(-1f);
    assertThat(ElementaryMath.tanh(-0f)).isEqualTo(-0f);
    assertThat(ElementaryMath.erf(inf)).isEqualTo(1f);
    assertThat(ElementaryMath.geluErf(inf)).isEqualTo(inf);
    assertThat(ElementaryMath.geluErf(-inf)).isEqualTo(-0f);
    assertThat(ElementaryMath.geluTanh(inf)).isEqualTo(inf);
    assertThat(ElementaryMath.geluTanh(-inf)).isEqualTo(-0f);
    assertThat(ElementaryMath.sin(131072.02f)).isNaN();
    assertThat(ElementaryMath.cos(inf)).isNaN();
    for (Function function : functions()) {
      assertThat(function.scalar().apply(Float.NaN)).as(function.name()).isNaN();
    }
  }
}
