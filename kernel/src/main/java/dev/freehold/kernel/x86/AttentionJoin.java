package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

import dev.freehold.kernel.x86.AttentionSoftmax.State;

/// The kernels that join the outputs of a block of positions to those of the blocks before it, and
/// that end the joined outputs; their factors are in [AttentionSoftmax.State].
public final class AttentionJoin {
  private static final Vec BEFORE = Vec.zmm(0);
  private static final Vec BLOCK = Vec.zmm(1);
  private static final Vec JOINED = Vec.zmm(2);

  private AttentionJoin() {}

  /// `O = fma(o, c, O a)`. Rows begin with -0, which added to any number leaves it as it is.
  ///
  /// Arguments: the address of O; the address of the first row's state; rows; vectors of 16 in a
  /// row; the address of o; bytes from a row of o to the next.
  public static byte[] emit() {
    return emit(true);
  }

  /// `O = O a`, with the same arguments without the last two.
  public static byte[] emitScale() {
    return emit(false);
  }

  private static byte[] emit(boolean block) {
    Assembler a = new Assembler();
    Label row = new Label();
    Label vector = new Label();
    a.bind(row);
    a.vbroadcastss(BEFORE, at(RSI, State.BEFORE.bytes()));
    a.vbroadcastss(BLOCK, at(RSI, State.BLOCK.bytes()));
    a.mov(RAX, RCX);
    a.mov(R10, R8);
    a.bind(vector);
    a.vmulps(JOINED, BEFORE, at(RDI));
    if (block) {
      a.vfmadd231ps(JOINED, BLOCK, at(R10));
      a.add(R10, 64);
    }
    a.vmovups(at(RDI), JOINED);
    a.add(RDI, 64);
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, vector);
    a.add(R8, R9);
    a.add(RSI, AttentionSoftmax.STATE_BYTES);
    a.sub(RDX, 1);
    a.j(Condition.NOT_EQUAL, row);
    a.vzeroupper();
    a.ret();
    return a.toArray();
  }
}
