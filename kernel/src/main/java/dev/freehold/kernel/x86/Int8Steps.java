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

  /// The same 16 bytes in every 128 bits, by way of `rax` and the stack.
  static void table(Assembler a, Vec to, long low, long high) {
    a.mov(Gp.RAX, high);
    a.push(Gp.RAX);
    a.mov(Gp.RAX, low);
    a.push(Gp.RAX);
    a.vbroadcasti32x4(to, Mem.at(Gp.RSP));
    a.pop(Gp.RAX);
    a.pop(Gp.RAX);
  }
}
