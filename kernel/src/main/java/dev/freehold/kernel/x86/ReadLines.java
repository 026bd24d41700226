package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// Reads memory from its beginning to its end and does nothing with it: by loads alone, or drawing
/// lines nearer ahead of their use and past the larger caches, as the products of one token do;
/// little that was tried reads memory faster.
///
/// Arguments: the address, and how many bytes, a multiple of [#STEP].
public final class ReadLines {
  /// Bytes that are read between two jumps.
  public static final int STEP = 512;

  private static final int LINE = 64;
  private static final int AHEAD = 4096;

  private ReadLines() {}

  /// @param wide whether registers of 512 bits are read into, else such of 256
  /// @param draws whether lines are drawn nearer
  public static byte[] emit(boolean wide, boolean draws) {
    Assembler a = new Assembler();
    Label loop = new Label();
    a.bind(loop);
    for (int from = 0; from < STEP; from += LINE) {
      int register = from / LINE;
      if (draws) {
        a.prefetchnta(at(RDI, from + AHEAD));
      }
      if (wide) {
        a.vmovups(Vec.zmm(register), at(RDI, from));
      } else {
        a.vmovups(Vec.ymm(register), at(RDI, from));
        a.vmovups(Vec.ymm(register), at(RDI, from + LINE / 2));
      }
    }
    a.add(RDI, STEP);
    a.sub(RSI, STEP);
    a.j(Condition.NOT_EQUAL, loop);
    a.vzeroupper();
    a.ret();
    return a.toArray();
  }
}
