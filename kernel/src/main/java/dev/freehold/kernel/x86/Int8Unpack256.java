package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

import dev.freehold.kernel.x86.Int8Unpack.Layout;

/// [Int8Unpack] with vectors of 256 bits, for processors with AVX2: the same arguments, the same
/// bytes.
public final class Int8Unpack256 {
  private static final int WEIGHT_BYTES = 512;
  private static final int LOW = 12;
  private static final int TOP = 13;
  private static final int SIGN = 14;
  private static final int SCALE = 4;
  private static final int MINIMUM_SCALE = 6;
  private static final Vec A = Vec.ymm(0);
  private static final Vec B = Vec.ymm(1);
  private static final Vec HIGH = Vec.ymm(2);
  private static final Vec BITS = Vec.ymm(3);

  private final Assembler a = new Assembler();

  private final Layout layout;

  private Int8Unpack256(Layout layout) {
    this.layout = layout;
  }

  public static byte[] emit(Layout layout) {
    Int8Unpack256 unpack = new Int8Unpack256(layout);
    unpack.write();
    return unpack.a.toArray();
  }

  private void write() {
    Int8Products.constant(a, LOW, 0x0f0f0f0f);
    Int8Products.constant(a, TOP, 0x30303030);
    Int8Products.constant(a, SIGN, 0x80000000);
    Label loop = new Label();
    Label end = new Label();
    a.bind(loop);
    switch (layout) {
      case Q8_0 -> scales(0);
      case Q4_0 -> {
        scales(0);
        nibbles();
        a.sub(R9, 1);
        a.j(Condition.EQUAL, end);
        scales(32);
        nibbles();
      }
      case Q4_K -> eightOf4K();
      case Q6_K -> eightOf6K();
    }
    a.add(RSI, layout.recordBytes());
    a.add(RDI, layout.recordScaleBytes());
    a.sub(R9, layout == Layout.Q4_0 ? 1 : layout.recordBlocks());
    a.j(Condition.NOT_EQUAL, loop);
    a.bind(end);
    a.vzeroupper();
    a.ret();
  }

  /// The scales of one block, in float16.
  private void scales(int from) {
    halves(SCALE, from);
    store(SCALE, Int8Scales.SCALES);
    a.add(R8, Int8Scales.BLOCK_BYTES);
  }

  /// Sixteen float16 numbers to two registers.
  private void halves(int to, int from) {
    a.vcvtph2ps(Vec.ymm(to), at(RSI, from));
    a.vcvtph2ps(Vec.ymm(to + 1), at(RSI, from + 16));
  }

  private void store(int from, int region) {
    a.vmovups(at(R8, region), Vec.ymm(from));
    a.vmovups(at(R8, region + 32), Vec.ymm(from + 1));
  }

  /// The weights of one block of 4 bits.
  private void nibbles() {
    for (int i = 0; i < 4; i++) {
      for (int half = 0; half < 64; half += 32) {
        a.vmovups(A, at(RDI, 64 * i + half));
        a.vpsrlw(B, A, 4);
        a.vpand(A, A, Vec.ymm(LOW));
        a.vpand(B, B, Vec.ymm(LOW));
        a.vmovups(at(RCX, 128 * i + half), A);
        a.vmovups(at(RCX, 128 * i + 64 + half), B);
      }
    }
    a.add(RDI, layout.blockBytes());
    a.add(RCX, WEIGHT_BYTES);
  }

  /// A byte for each row, signed or not, as float32.
  private void bytes(int from, boolean signed, int to) {
    for (int half = 0; half < 2; half++) {
      Mem place = at(RSI, from + 8 * half);
      if (signed) {
        a.vpmovsxbd(A, place);
      } else {
        a.vpmovzxbd(A, place);
      }
      a.vcvtdq2ps(A, A);
      a.vmovups(at(R8, to + 32 * half), A);
    }
  }

  private void eightOf4K() {
    halves(SCALE, 0);
    halves(MINIMUM_SCALE, 32);
    for (int half = 0; half < 2; half++) {
      Vec minimum = Vec.ymm(MINIMUM_SCALE + half);
      a.vpxor(minimum, minimum, Vec.ymm(SIGN));
    }
    for (int s = 0; s < layout.recordBlocks(); s++) {
      store(SCALE, Int8Scales.SCALES);
      store(MINIMUM_SCALE, Int8Scales.MINIMUM_SCALES);
      bytes(64 + 16 * s, false, Int8Scales.FACTORS);
      bytes(192 + 16 * s, false, Int8Scales.MINIMUMS);
      a.add(R8, Int8Scales.BLOCK_BYTES);
      nibbles();
    }
  }

  private void eightOf6K() {
    halves(SCALE, 0);
    for (int s = 0; s < layout.recordBlocks(); s++) {
      store(SCALE, Int8Scales.SCALES);
      bytes(32 + 32 * s, true, Int8Scales.FACTORS);
      bytes(48 + 32 * s, true, Int8Scales.SECOND_FACTORS);
      a.add(R8, Int8Scales.BLOCK_BYTES);
      sixBits();
    }
  }

  /// The weights of one block of 6 bits: four vectors of each half block take their high bits from
  /// one.
  private void sixBits() {
    for (int half = 0; half < 2; half++) {
      for (int at = 0; at < 64; at += 32) {
        a.vmovups(HIGH, at(RDI, 256 + 64 * half + at));
        for (int p = 0; p < 4; p++) {
          a.vmovups(A, at(RDI, 64 * (2 * half + p / 2) + at));
          if (p % 2 == 1) {
            a.vpsrlw(A, A, 4);
          }
          a.vpand(A, A, Vec.ymm(LOW));
          switch (p) {
            case 0 -> a.vpslld(BITS, HIGH, 4);
            case 1 -> a.vpslld(BITS, HIGH, 2);
            case 2 -> a.vpsrld(BITS, HIGH, 0);
            default -> a.vpsrld(BITS, HIGH, 2);
          }
          a.vpand(BITS, BITS, Vec.ymm(TOP));
          a.vpor(A, A, BITS);
          a.vmovups(at(RCX, 256 * half + 64 * p + at), A);
        }
      }
    }
    a.add(RDI, layout.blockBytes());
    a.add(RCX, WEIGHT_BYTES);
  }
}
