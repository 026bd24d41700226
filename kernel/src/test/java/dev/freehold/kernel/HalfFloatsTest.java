package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HalfFloatsTest {
  static Stream<VectorSpecies<Float>> species() {
    return Stream.of(FloatVector.SPECIES_128, FloatVector.SPECIES_256, FloatVector.SPECIES_512);
  }

  @ParameterizedTest
  @MethodSource("species")
  void everyPatternReadsAsItsValue(VectorSpecies<Float> species) {
    short[] patterns = new short[1 << 16];
    for (int i = 0; i < patterns.length; i++) {
      patterns[i] = (short) i;
    }
    MemorySegment memory = MemorySegment.ofArray(patterns);
    float[] f16 = new float[patterns.length];
    float[] bf16 = new float[patterns.length];
    float[] f16Array = new float[patterns.length];
    float[] bf16Array = new float[patterns.length];
    for (int i = 0; i < patterns.length; i += species.length()) {
      HalfFloats.loadF16(species, memory, 2L * i).intoArray(f16, i);
      HalfFloats.loadBf16(species, memory, 2L * i).intoArray(bf16, i);
      HalfFloats.loadF16(species, patterns, i).intoArray(f16Array, i);
      HalfFloats.loadBf16(species, patterns, i).intoArray(bf16Array, i);
    }
    for (int i = 0; i < patterns.length; i++) {
      float expected = Float.float16ToFloat((short) i);
      assertSame(HalfFloats.f16ToFloat((short) i), expected);
      assertSame(f16[i], expected);
      assertSame(f16Array[i], expected);
      float expectedBf16 = Float.intBitsToFloat(i << 16);
      assertSame(Bf16.toFloat((short) i), expectedBf16);
      assertSame(bf16[i], expectedBf16);
      assertSame(bf16Array[i], expectedBf16);
    }
  }

  @ParameterizedTest
  @MethodSource("species")
  void floatsRoundToNearestEven(VectorSpecies<Float> species) {
    float[] values = values();
    MemorySegment f16 = MemorySegment.ofArray(new short[values.length]);
    MemorySegment bf16 = MemorySegment.ofArray(new short[values.length]);
    for (int i = 0; i < values.length; i += species.length()) {
      FloatVector x = FloatVector.fromArray(species, values, i);
      HalfFloats.storeF16(x, f16, 2L * i);
      HalfFloats.storeBf16(x, bf16, 2L * i);
    }
    for (int i = 0; i < values.length; i++) {
      short f16Bits = f16.getAtIndex(ValueLayout.JAVA_SHORT, i);
      short bf16Bits = bf16.getAtIndex(ValueLayout.JAVA_SHORT, i);
      if (Float.isNaN(values[i])) {
        assertThat(HalfFloats.f16ToFloat(f16Bits)).isNaN();
        assertThat(Bf16.toFloat(bf16Bits)).isNaN();
        assertThat(Bf16.toFloat(Bf16.fromFloat(values[i]))).isNaN();
      } else if (f16Bits != Float.floatToFloat16(values[i])
          || f16Bits != HalfFloats.floatToF16(values[i])
          || bf16Bits != Bf16.fromFloat(values[i])
          || !isNearestBf16(values[i], bf16Bits)) {
        fail("%a became %x and %x".formatted(values[i], f16Bits, bf16Bits));
      }
    }
  }

  /// No neighbour is nearer, and of two that are as near the even one was taken.
  private static boolean isNearestBf16(float value, short half) {
    double magnitude = Math.abs((double) value);
    int pattern = half & 0x7fff;
    double error = Math.abs(bf16Magnitude(pattern) - magnitude);
    boolean nearest = true;
    for (int neighbour = pattern - 1; neighbour <= pattern + 1; neighbour += 2) {
      if (neighbour >= 0 && neighbour <= 0x7f80) {
        double other = Math.abs(bf16Magnitude(neighbour) - magnitude);
        nearest &= error < other || (error == other && (pattern & 1) == 0);
      }
    }
    return nearest && (half < 0) == (Float.floatToRawIntBits(value) < 0);
  }

  /// Infinity stands where the next finite value would.
  private static double bf16Magnitude(int pattern) {
    return pattern == 0x7f80 ? 0x1p128 : Float.intBitsToFloat(pattern << 16);
  }

  /// Random bits, the neighbourhood of every float16 tie, and specials.
  private static float[] values() {
    Random random = new Random(3);
    float[] values = new float[1 << 19];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    int next = 0;
    for (int half = 0; half < 0x7c00; half++) {
      float low = Float.float16ToFloat((short) half);
      float high = half == 0x7bff ? 65536f : Float.float16ToFloat((short) (half + 1));
      float tie = (low + high) / 2;
      for (float value : List.of(low, tie, Math.nextUp(tie), Math.nextDown(tie))) {
        values[next++] = value;
        values[next++] = -value;
      }
    }
    values[next++] = Float.POSITIVE_INFINITY;
    values[next++] = Float.NEGATIVE_INFINITY;
    values[next++] = Float.MAX_VALUE;
    values[next++] = Float.MIN_VALUE;
    values[next++] = Float.NaN;
    values[next++] = Float.intBitsToFloat(0x7f80_0001);
    return values;
  }

  private static void assertSame(float actual, float expected) {
    if (Float.floatToIntBits(actual) != Float.floatToIntBits(expected)) {
      fail("%a, expected %a".formatted(actual, expected));
    }
  }

  @Test
  void otherWidthsAreRefused() {
    assertThatThrownBy(() -> HalfFloats.loadF16(FloatVector.SPECIES_64, new short[8], 0))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("2 lanes");
  }
}
