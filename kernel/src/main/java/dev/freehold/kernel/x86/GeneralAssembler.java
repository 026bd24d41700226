package dev.freehold.kernel.x86;

import java.util.ArrayList;
import java.util.List;

/// The part of [Assembler] for general registers, labels and jumps.
public sealed class GeneralAssembler permits Assembler {
  private record Jump(int at, Label to) {}

  final Code code = new Code();
  private final List<Jump> jumps = new ArrayList<>();

  GeneralAssembler() {}

  /// The code so far, all of whose labels must be bound.
  public byte[] toArray() {
    for (Jump jump : jumps) {
      if (jump.to.position == Label.UNBOUND) {
        throw new IllegalStateException(
            "a jump at " + jump.at + " goes to a label without a place");
      }
      code.patchInt(jump.at, jump.to.position - (jump.at + 4));
    }
    return code.toArray();
  }

  /// Binds a label to the next instruction.
  public void bind(Label label) {
    if (label.position != Label.UNBOUND) {
      throw new IllegalStateException("the label is bound already");
    }
    label.position = code.size();
  }

  public void mov(Gp to, Gp from) {
    code.rexW(0x89, from.number(), to);
  }

  public void mov(Gp to, Mem from) {
    code.rex(true, 0x8b, to.number(), from);
  }

  public void mov(Mem to, Gp from) {
    code.rex(true, 0x89, from.number(), to);
  }

  public void mov(Gp to, long value) {
    if (value == (int) value) {
      code.rexW(0xc7, 0, to);
      code.putInt((int) value);
    } else {
      code.put(0x48 | Code.bit(to.number(), 3));
      code.put(0xb8 | to.number() & 7);
      code.putLong(value);
    }
  }

  /// The low 32 bits of a register to memory.
  public void movd(Mem to, Gp from) {
    code.rex(false, 0x89, from.number(), to);
  }

  public void lea(Gp to, Mem place) {
    code.rex(true, 0x8d, to.number(), place);
  }

  public void add(Gp to, Gp other) {
    code.rexW(0x01, other.number(), to);
  }

  public void add(Gp to, int value) {
    withImmediate(0, to, value);
  }

  public void or(Gp to, Gp other) {
    code.rexW(0x09, other.number(), to);
  }

  public void or(Gp to, int value) {
    withImmediate(1, to, value);
  }

  public void and(Gp to, Gp other) {
    code.rexW(0x21, other.number(), to);
  }

  public void and(Gp to, int value) {
    withImmediate(4, to, value);
  }

  public void sub(Gp to, Gp other) {
    code.rexW(0x29, other.number(), to);
  }

  public void sub(Gp to, int value) {
    withImmediate(5, to, value);
  }

  public void xor(Gp to, Gp other) {
    code.rexW(0x31, other.number(), to);
  }

  public void xor(Gp to, int value) {
    withImmediate(6, to, value);
  }

  public void cmp(Gp to, Gp other) {
    code.rexW(0x39, other.number(), to);
  }

  public void cmp(Gp to, int value) {
    withImmediate(7, to, value);
  }

  public void add(Gp to, Mem other) {
    code.rex(true, 0x03, to.number(), other);
  }

  public void cmp(Gp to, Mem other) {
    code.rex(true, 0x3b, to.number(), other);
  }

  private void withImmediate(int extension, Gp to, int value) {
    boolean small = value == (byte) value;
    code.rexW(small ? 0x83 : 0x81, extension, to);
    if (small) {
      code.put(value);
    } else {
      code.putInt(value);
    }
  }

  public void imul(Gp to, Gp other) {
    code.put(0x48 | Code.bit(to.number(), 3) << 2 | Code.bit(other.number(), 3));
    code.put(0x0f);
    code.put(0xaf);
    code.registers(to.number(), other.number());
  }

  public void shl(Gp to, int count) {
    code.rexW(0xc1, 4, to);
    code.put(count);
  }

  public void shr(Gp to, int count) {
    code.rexW(0xc1, 5, to);
    code.put(count);
  }

  public void push(Gp register) {
    pushOrPop(0x50, register);
  }

  public void pop(Gp register) {
    pushOrPop(0x58, register);
  }

  private void pushOrPop(int opcode, Gp register) {
    if (register.number() > 7) {
      code.put(0x41);
    }
    code.put(opcode | register.number() & 7);
  }

  public void jmp(Label to) {
    code.put(0xe9);
    jump(to);
  }

  public void j(Condition condition, Label to) {
    code.put(0x0f);
    code.put(0x80 | condition.number());
    jump(to);
  }

  private void jump(Label to) {
    jumps.add(new Jump(code.size(), to));
    code.putInt(0);
  }

  public void call(Gp address) {
    if (address.number() > 7) {
      code.put(0x41);
    }
    code.put(0xff);
    code.put(0xd0 | address.number() & 7);
  }

  public void ret() {
    code.put(0xc3);
  }

  public void cpuid() {
    code.put(0x0f);
    code.put(0xa2);
  }

  public void xgetbv() {
    code.put(0x0f);
    code.put(0x01);
    code.put(0xd0);
  }

  public void prefetchnta(Mem place) {
    code.rex(false, 0x0f18, 0, place);
  }

  public void prefetcht0(Mem place) {
    code.rex(false, 0x0f18, 1, place);
  }

  public void prefetcht1(Mem place) {
    code.rex(false, 0x0f18, 2, place);
  }
}
