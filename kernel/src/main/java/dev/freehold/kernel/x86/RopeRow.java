package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernels that rotate the heads of a row, in place, for processors with AVX-512: `a' = fma(a,
/// cos, -(b sin))`, `b' = fma(b, cos, a sin)`.
///
/// Arguments: the addresses that the row, cosines and sines are counted from; bytes to the first
/// rotated element of the first head; bytes to the first cosine and sine; heads; then, on the
/// stack, bytes from a head to the next, vectors of cosines in a head, and bytes from the first
/// element of a pair to its second.
public final class RopeRow {
  /// Pairs of a vector where the elements of a pair are neighbours.
  public static final int NEIGHBOURS = 8;

  /// Pairs of a vector where a pair has an element in each half of the head.
  public static final int HALVES = 16;

  private static final Gp HEAD = RDI;
  private static final Gp COSINES = RSI;
  private static final Gp SINES = RDX;
  private static final Gp HEADS = R9;
  private static final Gp AT = RCX;
  private static final Gp OTHER = R11;
  private static final Gp TABLE = R8;
  private static final Gp LEFT = R10;

  private static final Vec X = Vec.zmm(0);
  private static final Vec Y = Vec.zmm(1);
  private static final Vec T = Vec.zmm(2);
  private static final Vec COSINE = Vec.zmm(3);
  private static final Vec SINE = Vec.zmm(4);
  private static final Vec TWICE = Vec.zmm(5);

  private RopeRow() {}

  public static byte[] emitNeighbours() {
    Assembler a = new Assembler();
    Int8Steps.table(a, T, 0x0303020201010000L, 0x0707060605050404L);
    a.vpmovzxbd(TWICE, Vec.xmm(T.number()));
    heads(
        a,
        4 * NEIGHBOURS,
        () -> {
          a.vmovups(Vec.ymm(COSINE.number()), at(COSINES, TABLE, 1));
          a.vmovups(Vec.ymm(SINE.number()), at(SINES, TABLE, 1));
          a.vpermd(COSINE, TWICE, COSINE);
          a.vpermd(SINE, TWICE, SINE);
          a.vmovups(X, at(AT));
          a.vshufps(T, X, X, 0xb1);
          a.vmulps(T, T, SINE);
          a.vfmaddsub213ps(X, COSINE, T);
          a.vmovups(at(AT), X);
        });
    return a.toArray();
  }

  public static byte[] emitHalves() {
    Assembler a = new Assembler();
    a.mov(OTHER, at(RSP, 24));
    heads(
        a,
        4 * HALVES,
        () -> {
          a.vmovups(COSINE, at(COSINES, TABLE, 1));
          a.vmovups(SINE, at(SINES, TABLE, 1));
          a.vmovups(X, at(AT));
          a.vmovups(Y, at(AT, OTHER, 1));
          a.vmulps(T, SINE, Y);
          a.vfmsub231ps(T, X, COSINE);
          a.vmovups(at(AT), T);
          a.vmulps(T, SINE, X);
          a.vfmadd231ps(T, Y, COSINE);
          a.vmovups(at(AT, OTHER, 1), T);
        });
    return a.toArray();
  }

  /// Loops over the heads, and over the vectors of each.
  ///
  /// @param bytes of cosines that a vector takes
  private static void heads(Assembler a, int bytes, Runnable rotate) {
    Label head = new Label();
    Label vector = new Label();
    a.add(HEAD, RCX);
    a.add(COSINES, R8);
    a.add(SINES, R8);
    a.bind(head);
    a.mov(AT, HEAD);
    a.xor(TABLE, TABLE);
    a.mov(LEFT, at(RSP, 16));
    a.bind(vector);
    rotate.run();
    a.add(AT, 64);
    a.add(TABLE, bytes);
    a.sub(LEFT, 1);
    a.j(Condition.NOT_EQUAL, vector);
    a.add(HEAD, at(RSP, 8));
    a.sub(HEADS, 1);
    a.j(Condition.NOT_EQUAL, head);
    a.vzeroupper();
    a.ret();
  }
}
