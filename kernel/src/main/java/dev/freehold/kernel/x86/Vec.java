package dev.freehold.kernel.x86;

/// A vector register.
///
/// @param number 0 to 31; from 16 on only with AVX-512
/// @param bits 128, 256 or 512
public record Vec(int number, int bits) implements Operand {
  public Vec {
    if (number < 0 || number > 31 || bits != 128 && bits != 256 && bits != 512) {
      throw new IllegalArgumentException("no vector register " + number + " of " + bits + " bits");
    }
  }

  public static Vec xmm(int number) {
    return new Vec(number, 128);
  }

  public static Vec ymm(int number) {
    return new Vec(number, 256);
  }

  public static Vec zmm(int number) {
    return new Vec(number, 512);
  }

  public int bytes() {
    return bits / 8;
  }

  @Override
  public String toString() {
    return (bits == 512 ? "zmm" : bits == 256 ? "ymm" : "xmm") + number;
  }
}
