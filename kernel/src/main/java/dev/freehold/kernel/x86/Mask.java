package dev.freehold.kernel.x86;

/// A register of AVX-512 that says which lanes an instruction works on, bit i for lane i.
///
/// @param number 1 to 7
public record Mask(int number) {
  public Mask {
    if (number < 1 || number > 7) {
      throw new IllegalArgumentException("no mask register " + number);
    }
  }

  @Override
  public String toString() {
    return "k" + number;
  }
}
