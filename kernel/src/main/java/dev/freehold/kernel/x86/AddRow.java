package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that adds a row to another, `y += x`, for processors with AVX-512.
///
/// Arguments as of [GateRow], where `up` is `y` as it was.
public final class AddRow {
  private static final Gp X = RDI;
  private static final Gp OLD = RSI;
  private static final Gp Y = RDX;
  private static final Vec SUM = Vec.zmm(0);
  private static final Vec T = Vec.zmm(1);
  private static final Mask LAST = new Mask(1);

  private AddRow() {}

  public static byte[] emit() {
    Assembler a = new Assembler();
    Label vector = new Label();
    Label rest = new Label();
    Label end = new Label();
    a.add(X, RCX);
    a.add(OLD, R8);
    a.add(Y, R9);
    a.mov(RCX, at(RSP, 8));
    a.cmp(RCX, 0);
    a.j(Condition.EQUAL, rest);
    a.bind(vector);
    a.vmovups(SUM, at(OLD));
    a.vaddps(SUM, SUM, at(X));
    a.vmovups(at(Y), SUM);
    a.add(X, 64);
    a.add(OLD, 64);
    a.add(Y, 64);
    a.sub(RCX, 1);
    a.j(Condition.NOT_EQUAL, vector);
    a.bind(rest);
    a.mov(RAX, at(RSP, 16));
    a.cmp(RAX, 0);
    a.j(Condition.EQUAL, end);
    a.kmovw(LAST, RAX);
    a.vmovups(SUM, LAST, at(OLD));
    a.vmovups(T, LAST, at(X));
    a.vaddps(SUM, SUM, T);
    a.vmovups(at(Y), LAST, SUM);
    a.bind(end);
    a.vzeroupper();
    a.ret();
    return a.toArray();
  }
}
