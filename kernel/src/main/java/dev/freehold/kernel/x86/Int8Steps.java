package dev.freehold.kernel.x86;

/// Steps that several int8 kernels write.
final class Int8Steps {
  private Int8Steps() {}

  /// The same 32 bits in every lane, by way of `rax`.
  static void constant(Assembler a, Vec to, int value) {
    a.mov(Gp.RAX, value);
    a.vpbroadcastd(to, Gp.RAX);
  }

  /// `x * y + 0`: a product that is never -0, as the integer is not that it stands for.
  static void multiplyAndAddZero(Assembler a, Vec to, Vec x, Operand y) {
    a.vpxord(to, to, to);
    a.vfmadd231ps(to, x, y);
  }
}
