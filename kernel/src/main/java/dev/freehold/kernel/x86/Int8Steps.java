package dev.freehold.kernel.x86;

/// Steps that several int8 kernels write.
final class Int8Steps {
  private Int8Steps() {}

  /// The same 32 bits in every lane, by way of `rax`.
  static void constant(Assembler a, Vec to, int value) {
    a.mov(Gp.RAX, value);
    a.vpbroadcastd(to, Gp.RAX);
  }

  /// Writes a loop that runs as often as `rax` says, at least once, and may use it.
  static void repeat(Assembler a, Runnable body) {
    Label again = new Label();
    a.bind(again);
    a.push(Gp.RAX);
    body.run();
    a.pop(Gp.RAX);
    a.sub(Gp.RAX, 1);
    a.j(Condition.NOT_EQUAL, again);
  }

  /// `x * y + 0`: a product that is never -0, as the integer is not that it stands for.
  static void multiplyAndAddZero(Assembler a, Vec to, Vec x, Operand y) {
    a.vpxord(to, to, to);
    a.vfmadd231ps(to, x, y);
  }
}
