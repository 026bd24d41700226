package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The two 16-bit floats, float16 (IEEE 754 binary16) and bfloat16, to and from float32, a vector
/// at a time, and float16 one value at a time; [Bf16] has the other with the same bits.
///
/// To float32 every value is exact, denormals included. From float32 the nearest value is taken,
/// ties to even; beyond the largest finite value that is infinity. A NaN stays a NaN of the same
/// sign.
///
/// Vectors of 4, 8 and 16 floats are taken (128, 256 and 512 bits); memory is little-endian.
public final class HalfFloats {
  /// Added to the bits, turns a float16 exponent (bias 15) into that of float32 (bias 127).
  private static final int REBIAS = 112 << 23;

  private HalfFloats() {}

  public static float f16ToFloat(short half) {
    return Float.float16ToFloat(half);
  }

  public static short floatToF16(float value) {
    return Float.floatToFloat16(value);
  }

  /// Reads float16 values as many as `species` has lanes.
  public static FloatVector loadF16(
      VectorSpecies<Float> species, MemorySegment src, long byteOffset) {
    return f16ToFloat(loadHalves(species, src, byteOffset));
  }

  /// Reads bfloat16 values as many as `species` has lanes.
  public static FloatVector loadBf16(
      VectorSpecies<Float> species, MemorySegment src, long byteOffset) {
    return bf16ToFloat(loadHalves(species, src, byteOffset));
  }

  /// Reads float16 values as many as `species` has lanes.
  public static FloatVector loadF16(VectorSpecies<Float> species, short[] src, int offset) {
    return f16ToFloat(widen(species, ShortVector.fromArray(halves(species), src, offset)));
  }

  /// Reads bfloat16 values as many as `species` has lanes.
  public static FloatVector loadBf16(VectorSpecies<Float> species, short[] src, int offset) {
    return bf16ToFloat(widen(species, ShortVector.fromArray(halves(species), src, offset)));
  }

  /// Writes the lanes as float16.
  public static void storeF16(FloatVector values, MemorySegment dst, long byteOffset) {
    narrow(floatToF16(values)).intoMemorySegment(dst, byteOffset, ByteOrder.LITTLE_ENDIAN);
  }

  /// Writes the lanes as bfloat16.
  public static void storeBf16(FloatVector values, MemorySegment dst, long byteOffset) {
    narrow(floatToBf16(values)).intoMemorySegment(dst, byteOffset, ByteOrder.LITTLE_ENDIAN);
  }

  /// Float16 patterns in the low half of each lane, whatever the high half, to float32.
  public static FloatVector f16ToFloat(IntVector halves) {
    IntVector magnitude = halves.and(0x7fff);
    IntVector sign = halves.and(0x8000).lanewise(VectorOperators.LSHL, 16);
    IntVector shifted = magnitude.lanewise(VectorOperators.LSHL, 13);
    // By way of an integer, since arithmetic on denormal float32 is slow on many processors.
    FloatVector denormal = ((FloatVector) magnitude.convert(VectorOperators.I2F, 0)).mul(0x1p-24f);
    VectorMask<Integer> isDenormal = magnitude.compare(VectorOperators.LT, 0x400);
    VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, 0x7c00);
    return shifted
        .add(REBIAS)
        .blend(denormal.reinterpretAsInts(), isDenormal)
        .blend(shifted.or(0x7f80_0000), special)
        .or(sign)
        .reinterpretAsFloats();
  }

  /// Bfloat16 patterns in the low half of each lane, whatever the high half, to float32.
  public static FloatVector bf16ToFloat(IntVector halves) {
    return halves.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /// Float32 to float16 patterns in the low half of each lane.
  public static IntVector floatToF16(FloatVector values) {
    IntVector bits = values.reinterpretAsInts();
    IntVector magnitude = bits.and(0x7fff_ffff);
    IntVector odd = magnitude.lanewise(VectorOperators.LSHR, 13).and(1);
    IntVector normal =
        magnitude
            .add(odd)
            .add(0xfff - (112 << 23))
            .lanewise(VectorOperators.LSHR, 13)
            .lanewise(VectorOperators.MIN, 0x7c00);
    // An ulp of 0.5 is the least float16 denormal, so the addition rounds to a multiple of that.
    IntVector denormal =
        magnitude
            .reinterpretAsFloats()
            .add(0.5f)
            .reinterpretAsInts()
            .sub(Float.floatToRawIntBits(0.5f));
    IntVector notNumber = magnitude.lanewise(VectorOperators.LSHR, 13).and(0x3ff).or(0x7e00);
    return normal
        .blend(denormal, magnitude.compare(VectorOperators.LT, 113 << 23))
        .blend(notNumber, magnitude.compare(VectorOperators.GT, 0x7f80_0000))
        .or(bits.lanewise(VectorOperators.LSHR, 16).and(0x8000));
  }

  /// Float32 to bfloat16 patterns in the low half of each lane.
  public static IntVector floatToBf16(FloatVector values) {
    IntVector bits = values.reinterpretAsInts();
    IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
    VectorMask<Integer> notNumber = bits.and(0x7fff_ffff).compare(VectorOperators.GT, 0x7f80_0000);
    return bits.add(odd)
        .add(0x7fff)
        .blend(bits.or(0x40_0000), notNumber)
        .lanewise(VectorOperators.LSHR, 16);
  }

  private static IntVector loadHalves(
      VectorSpecies<Float> species, MemorySegment src, long byteOffset) {
    return widen(
        species,
        ShortVector.fromMemorySegment(halves(species), src, byteOffset, ByteOrder.LITTLE_ENDIAN));
  }

  private static IntVector widen(VectorSpecies<Float> species, ShortVector halves) {
    VectorSpecies<Integer> wide =
        switch (species.length()) {
          case 4 -> IntVector.SPECIES_128;
          case 8 -> IntVector.SPECIES_256;
          default -> IntVector.SPECIES_512;
        };
    return (IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, wide, 0);
  }

  private static ShortVector narrow(IntVector halves) {
    VectorSpecies<Short> half =
        switch (halves.length()) {
          case 4 -> ShortVector.SPECIES_64;
          case 8 -> ShortVector.SPECIES_128;
          case 16 -> ShortVector.SPECIES_256;
          default -> throw unsupported(halves.length());
        };
    return (ShortVector) halves.convertShape(VectorOperators.I2S, half, 0);
  }

  private static VectorSpecies<Short> halves(VectorSpecies<Float> species) {
    return switch (species.length()) {
      case 4 -> ShortVector.SPECIES_64;
      case 8 -> ShortVector.SPECIES_128;
      case 16 -> ShortVector.SPECIES_256;
      default -> throw unsupported(species.length());
    };
  }

  private static KernelException unsupported(int length) {
    return new KernelException(
        "16-bit floats were asked for in vectors of "
            + length
            + " lanes; use a species of 4, 8 or 16 floats");
  }
}
