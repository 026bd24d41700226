package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernels that widen a part of a key-value cache to float32.
public final class CacheWiden {
  /// Elements of a block of Q8_0, and its bytes.
  private static final int GROUP = 32;

  private static final int GROUP_BYTES = 34;

  /// Positions of a block of the cache, which follow each other in a row of keys.
  private static final int POSITIONS = 256;

  private static final Vec SMALLER = Vec.zmm(31);
  private static final Vec SCALE = Vec.zmm(30);
  private static final int SCALES = 8;

  private CacheWiden() {}

  /// Any part but of Q8_0. Arguments: the address of the first row; where it goes, one widened row
  /// after the other; rows; vectors of 16 in a row; bytes from a row to the next.
  public static byte[] emit(CacheElement element) {
    Assembler a = new Assembler();
    ExponentialSteps.number(a, SMALLER, CacheElement.SMALLER);
    Label row = new Label();
    Label vector = new Label();
    a.bind(row);
    a.mov(R9, RDI);
    a.mov(RAX, RCX);
    a.bind(vector);
    element.load(a, Vec.zmm(0), at(R9), SMALLER);
    a.vmovups(at(RSI), Vec.zmm(0));
    a.add(R9, 16 * element.bytes());
    a.add(RSI, 64);
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, vector);
    a.add(RDI, R8);
    end(a, row);
    return a.toArray();
  }

  private static void end(Assembler a, Label loop) {
    a.sub(RDX, 1);
    a.j(Condition.NOT_EQUAL, loop);
    a.vzeroupper();
    a.ret();
  }

  /// Keys in Q8_0: the positions of a tile, of rows which share the positions' scales. Arguments:
  /// the address of the first scale; where the first row goes, one widened row after the other;
  /// rows; the address of the first row.
  public static byte[] emitKeys() {
    Assembler a = new Assembler();
    int vectors = AttentionTile.VECTORS;
    for (int v = 0; v < vectors; v++) {
      a.vcvtph2ps(Vec.zmm(SCALES + v), at(RDI, 32 * v));
    }
    Label row = new Label();
    a.bind(row);
    for (int v = 0; v < vectors; v++) {
      int8(a, Vec.zmm(v), at(RCX, 16 * v), Vec.zmm(SCALES + v));
      a.vmovups(at(RSI, 64 * v), Vec.zmm(v));
    }
    a.add(RCX, POSITIONS);
    a.add(RSI, 64 * vectors);
    end(a, row);
    return a.toArray();
  }

  /// Values in Q8_0, made smaller as [CacheElement#SMALLER] says. Arguments: the address of the
  /// first block; where it goes; blocks, which follow each other here and there.
  public static byte[] emitValues() {
    Assembler a = new Assembler();
    ExponentialSteps.number(a, SMALLER, CacheElement.SMALLER);
    Label block = new Label();
    a.bind(block);
    a.vpbroadcastw(Vec.ymm(SCALE.number()), at(RDI));
    a.vcvtph2ps(SCALE, Vec.ymm(SCALE.number()));
    a.vmulps(SCALE, SCALE, SMALLER);
    for (int v = 0; v < GROUP / 16; v++) {
      int8(a, Vec.zmm(v), at(RDI, 2 + 16 * v), SCALE);
      a.vmovups(at(RSI, 64 * v), Vec.zmm(v));
    }
    a.add(RDI, GROUP_BYTES);
    a.add(RSI, 4 * GROUP);
    end(a, block);
    return a.toArray();
  }

  private static void int8(Assembler a, Vec to, Mem from, Vec scale) {
    a.vpmovsxbd(to, from);
    a.vcvtdq2ps(to, to);
    a.vmulps(to, to, scale);
  }
}
