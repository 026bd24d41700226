package dev.freehold.vault.parity;

/// Arithmetic of the field with 256 elements, by the polynomial x^8 + x^4 + x^3 + x^2 + 1.
final class Gf256 {
  private static final int POLYNOMIAL = 0x11d;
  private static final int ORDER = 255;
  private static final byte[] POWERS = new byte[2 * ORDER];
  private static final byte[] LOGARITHMS = new byte[256];

  static {
    int power = 1;
    for (int i = 0; i < ORDER; i++) {
      POWERS[i] = (byte) power;
      POWERS[i + ORDER] = (byte) power;
      LOGARITHMS[power] = (byte) i;
      power <<= 1;
      if (power > 255) {
        power ^= POLYNOMIAL;
      }
    }
  }

  private Gf256() {}

  static int multiply(int a, int b) {
    return a == 0 || b == 0 ? 0 : POWERS[logarithm(a) + logarithm(b)] & 0xff;
  }

  static int divide(int a, int b) {
    if (b == 0) {
      throw new ArithmeticException("division by zero in GF(256)");
    }
    return a == 0 ? 0 : POWERS[logarithm(a) - logarithm(b) + ORDER] & 0xff;
  }

  private static int logarithm(int a) {
    return LOGARITHMS[a] & 0xff;
  }
}
