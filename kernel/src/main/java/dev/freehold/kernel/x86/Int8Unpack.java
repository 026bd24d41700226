package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that unpacks a stretch of blocks of one group of 16 interleaved rows for [Int8Tile]:
/// weights to unsigned bytes `[blocks][8][16][4]`, scales to float32 as [Int8Scales] says.
///
/// Arguments, in this order, all of them addresses but the last: the group's bits, its scales and
/// its high bits, where the stretch begins in each; where the weights and the scales go; the number
/// of blocks, for Q4_K and Q6_K a multiple of eight.
public final class Int8Unpack {
  /// The layouts of a prepared file.
  public enum Layout {
    /// Weights are used where they are; only scales are written.
    Q8_0,
    Q4_0,
    Q4_K,
    Q6_K
  }

  /// Blocks that share a scale in Q4_K and Q6_K.
  private static final int SHARING = 8;

  private static final int WEIGHT_BYTES = 512;
  private static final int BIT_BYTES = 256;
  private static final int HIGH_BIT_BYTES = 128;

  /// The bits of the stretch after this are drawn into the cache meanwhile.
  private static final int AHEAD = Int8Scales.BLOCKS;
  private static final Vec LOW = Vec.zmm(24);
  private static final Vec TOP = Vec.zmm(25);
  private static final Vec SIGN = Vec.zmm(26);
  private static final Vec SCALE = Vec.zmm(16);
  private static final Vec MINIMUM_SCALE = Vec.zmm(17);

  private final Assembler a = new Assembler();

  private Int8Unpack() {}

  public static byte[] emit(Layout layout) {
    Int8Unpack unpack = new Int8Unpack();
    unpack.write(layout);
    return unpack.a.toArray();
  }

  private void write(Layout layout) {
    Int8Steps.constant(a, LOW, 0x0f0f0f0f);
    Int8Steps.constant(a, TOP, 0x30303030);
    Int8Steps.constant(a, SIGN, 0x80000000);
    Label loop = new Label();
    a.bind(loop);
    switch (layout) {
      case Q8_0 -> scales();
      case Q4_0 -> {
        scales();
        nibbles();
      }
      case Q4_K -> eightOf4K();
      case Q6_K -> eightOf6K();
    }
    a.sub(R9, layout == Layout.Q4_K || layout == Layout.Q6_K ? SHARING : 1);
    a.j(Condition.NOT_EQUAL, loop);
    a.vzeroupper();
    a.ret();
  }

  /// The scales of one block, in float16.
  private void scales() {
    a.vcvtph2ps(SCALE, at(RSI));
    a.vmovups(at(R8), SCALE);
    a.add(RSI, 32);
    a.add(R8, Int8Scales.BLOCK_BYTES);
  }

  /// The weights of one block of 4 bits.
  private void nibbles() {
    for (int i = 0; i < 4; i++) {
      Vec low = Vec.zmm(2 * i);
      Vec high = Vec.zmm(2 * i + 1);
      a.vmovups(low, at(RDI, 64 * i));
      a.prefetcht0(at(RDI, AHEAD * BIT_BYTES + 64 * i));
      a.vpsrlw(high, low, 4);
      a.vpandd(low, low, LOW);
      a.vpandd(high, high, LOW);
      a.vmovups(at(RCX, 128 * i), low);
      a.vmovups(at(RCX, 128 * i + 64), high);
    }
    a.add(RDI, BIT_BYTES);
    a.add(RCX, WEIGHT_BYTES);
  }

  /// A byte for each row, signed or not, as float32.
  private void bytes(Mem from, boolean signed, int to) {
    Vec value = Vec.zmm(18);
    if (signed) {
      a.vpmovsxbd(value, from);
    } else {
      a.vpmovzxbd(value, from);
    }
    a.vcvtdq2ps(value, value);
    a.vmovups(at(R8, to), value);
  }

  private void eightOf4K() {
    a.vcvtph2ps(SCALE, at(RSI));
    a.vcvtph2ps(MINIMUM_SCALE, at(RSI, 32));
    a.vpxord(MINIMUM_SCALE, MINIMUM_SCALE, SIGN);
    for (int s = 0; s < SHARING; s++) {
      a.vmovups(at(R8, Int8Scales.SCALES), SCALE);
      a.vmovups(at(R8, Int8Scales.MINIMUM_SCALES), MINIMUM_SCALE);
      bytes(at(RSI, 64 + 16 * s), false, Int8Scales.FACTORS);
      bytes(at(RSI, 192 + 16 * s), false, Int8Scales.MINIMUMS);
      a.add(R8, Int8Scales.BLOCK_BYTES);
      nibbles();
    }
    a.add(RSI, 320);
  }

  private void eightOf6K() {
    a.vcvtph2ps(SCALE, at(RSI));
    for (int s = 0; s < SHARING; s++) {
      a.vmovups(at(R8, Int8Scales.SCALES), SCALE);
      bytes(at(RSI, 32 + 32 * s), true, Int8Scales.FACTORS);
      bytes(at(RSI, 48 + 32 * s), true, Int8Scales.SECOND_FACTORS);
      a.add(R8, Int8Scales.BLOCK_BYTES);
      sixBits();
    }
    a.add(RSI, 288);
  }

  /// The weights of one block of 6 bits.
  private void sixBits() {
    Vec top = Vec.zmm(19);
    for (int half = 0; half < 2; half++) {
      Vec high = Vec.zmm(20);
      a.vmovups(high, at(RDX, 64 * half));
      a.prefetcht0(at(RDX, AHEAD * HIGH_BIT_BYTES + 64 * half));
      for (int p = 0; p < 4; p++) {
        Vec low = Vec.zmm(p);
        int nibble = 2 * half + p / 2;
        a.vmovups(low, at(RDI, 64 * nibble));
        if (p % 2 == 0) {
          a.prefetcht0(at(RDI, AHEAD * BIT_BYTES + 64 * nibble));
        }
        if (p % 2 == 1) {
          a.vpsrlw(low, low, 4);
        }
        a.vpandd(low, low, LOW);
        switch (p) {
          case 0 -> a.vpslld(top, high, 4);
          case 1 -> a.vpslld(top, high, 2);
          case 2 -> a.vpsrld(top, high, 0);
          default -> a.vpsrld(top, high, 2);
        }
        a.vpandd(top, top, TOP);
        a.vpord(low, low, top);
        a.vmovups(at(RCX, 256 * half + 64 * p), low);
      }
    }
    a.add(RDI, BIT_BYTES);
    a.add(RDX, HIGH_BIT_BYTES);
    a.add(RCX, WEIGHT_BYTES);
  }
}
