package dev.freehold.kernel;

import java.util.Locale;

/// The instructions that machine code is made of, best first; every set gives the same bits.
public enum InstructionSet {
  /// Vectors of 512 bits with products of bytes.
  AVX512_VNNI,
  /// Vectors of 256 bits with products of bytes.
  AVX_VNNI,
  /// Vectors of 256 bits; products of bytes in several instructions.
  AVX2;

  /// The name on the command line.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
