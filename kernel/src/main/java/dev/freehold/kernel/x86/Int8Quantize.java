package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that makes int8 blocks of float32 values, for processors with AVX-512: 32 values
/// share `scale = amax / 127`, `q = round half even(x * (127 / amax))`; a block whose amax is below
/// the smallest that counts is all zero. The sums of the integers of each half block are kept.
///
/// Sixteen blocks are made side by side, so that both divisions of a block are a lane of one. Where
/// the number of blocks is no multiple of that, the last sixteen begin among those that are made
/// already. Since `|x| <= amax`, no product is beyond ±127 when it is rounded. A block that holds a
/// NaN or an infinity has integers that are all 0, since what cannot be converted has a low byte of
/// 0.
///
/// Arguments: the addresses that values, integers, scales and sums of half blocks are counted from;
/// bytes to the first value; the number of the first block; how many blocks, at least [#BLOCKS].
public final class Int8Quantize {
  /// Blocks that are made side by side.
  public static final int BLOCKS = 16;

  /// Log2 of the bytes of a block's values, of its integers, and of its scale, which its sums take
  /// as well.
  private static final int VALUES_SHIFT = 7;

  private static final int INTEGERS_SHIFT = 5;
  private static final int NUMBERS_SHIFT = 2;

  private static final Gp X = RDI;
  private static final Gp INTEGERS = RSI;
  private static final Gp SCALES = RDX;
  private static final Gp SUMS = RCX;
  private static final Gp LEFT = R8;

  private static final Vec T = Vec.zmm(8);
  private static final Vec INVERSE = Vec.zmm(9);

  /// Sums of four integers, of two blocks each.
  private static final int FOURS = 16;

  private static final Vec LARGEST = Vec.zmm(25);
  private static final Vec SMALLEST = Vec.zmm(26);
  private static final Vec ORDER = Vec.zmm(27);
  private static final Vec ONES_16 = Vec.zmm(28);
  private static final Vec ONES_8 = Vec.zmm(29);
  private static final Vec LOW_BYTES = Vec.zmm(30);
  private static final Vec MAGNITUDE = Vec.zmm(31);

  private final Assembler a = new Assembler();

  private Int8Quantize() {}

  /// @param smallest the smallest amax of a block that is not all zero
  public static byte[] emit(float smallest) {
    Int8Quantize code = new Int8Quantize();
    code.begin(smallest);
    code.loop();
    code.a.add(RSP, 64);
    code.a.vzeroupper();
    code.a.ret();
    return code.a.toArray();
  }

  private void begin(float smallest) {
    Int8Steps.constant(a, MAGNITUDE, 0x7fffffff);
    Int8Steps.constant(a, LOW_BYTES, 0x00ff00ff);
    Int8Steps.constant(a, ONES_8, 0x01010101);
    Int8Steps.constant(a, ONES_16, 0x00010001);
    ExponentialSteps.number(a, SMALLEST, smallest);
    ExponentialSteps.number(a, LARGEST, 127);
    // Lane 4 i + j of four vectors that were packed together belongs to lane 4 j + i.
    Int8Steps.table(a, T, 0x0d0905010c080400L, 0x0f0b07030e0a0602L);
    a.vpmovzxbd(ORDER, Vec.xmm(T.number()));
    a.add(X, R8);
    a.mov(LEFT, at(RSP, 8));
    a.mov(RAX, R9);
    a.shl(RAX, NUMBERS_SHIFT);
    a.add(SCALES, RAX);
    a.add(SUMS, RAX);
    a.shl(RAX, INTEGERS_SHIFT - NUMBERS_SHIFT);
    a.add(INTEGERS, RAX);
    a.sub(RSP, 64);
  }

  private void loop() {
    Label again = new Label();
    Label end = new Label();
    a.bind(again);
    largest();
    divide();
    for (int pair = 0; pair < BLOCKS / 2; pair++) {
      twoBlocks(pair);
    }
    sums();
    a.add(X, BLOCKS << VALUES_SHIFT);
    a.add(INTEGERS, BLOCKS << INTEGERS_SHIFT);
    a.add(SCALES, BLOCKS << NUMBERS_SHIFT);
    a.add(SUMS, BLOCKS << NUMBERS_SHIFT);
    a.sub(LEFT, BLOCKS);
    a.j(Condition.EQUAL, end);
    a.cmp(LEFT, BLOCKS);
    a.j(Condition.GREATER_OR_EQUAL, again);
    a.mov(RAX, BLOCKS);
    a.sub(RAX, LEFT);
    a.mov(LEFT, BLOCKS);
    a.shl(RAX, NUMBERS_SHIFT);
    a.sub(SCALES, RAX);
    a.sub(SUMS, RAX);
    a.shl(RAX, INTEGERS_SHIFT - NUMBERS_SHIFT);
    a.sub(INTEGERS, RAX);
    a.shl(RAX, VALUES_SHIFT - INTEGERS_SHIFT);
    a.sub(X, RAX);
    a.jmp(again);
    a.bind(end);
  }

  /// The bits of the magnitudes, which have their order, as integers: block b in lane b of `zmm0`.
  private void largest() {
    for (int set = 0; set < 4; set++) {
      for (int i = 0; i < 4; i++) {
        Mem block = at(X, 4 * i + set << VALUES_SHIFT);
        Vec to = Vec.zmm(4 + i);
        a.vpandd(to, MAGNITUDE, block);
        a.vpandd(T, MAGNITUDE, block.plus(64));
        a.vpmaxsd(to, to, T);
      }
      quarters(4, 5, 0x44, 0xee);
      quarters(6, 7, 0x44, 0xee);
      quarters(4, 6, 0x88, 0xdd);
      a.vmovups(Vec.zmm(set), Vec.zmm(4));
    }
    lanes(0, 1, 0x44, 0xee);
    lanes(2, 3, 0x44, 0xee);
    lanes(0, 2, 0x88, 0xdd);
  }

  private void quarters(int x, int y, int low, int high) {
    a.vshuff32x4(T, Vec.zmm(x), Vec.zmm(y), low);
    a.vshuff32x4(Vec.zmm(x), Vec.zmm(x), Vec.zmm(y), high);
    a.vpmaxsd(Vec.zmm(x), Vec.zmm(x), T);
  }

  private void lanes(int x, int y, int low, int high) {
    a.vshufps(T, Vec.zmm(x), Vec.zmm(y), low);
    a.vshufps(Vec.zmm(x), Vec.zmm(x), Vec.zmm(y), high);
    a.vpmaxsd(Vec.zmm(x), Vec.zmm(x), T);
  }

  private void divide() {
    Vec amax = Vec.zmm(0);
    Vec scale = Vec.zmm(1);
    a.vpsubd(T, amax, SMALLEST);
    a.vpsrad(T, T, 31);
    a.vdivps(scale, amax, LARGEST);
    a.vdivps(INVERSE, LARGEST, amax);
    a.vmovups(Vec.zmm(2), T);
    a.vpternlogd(T, scale, scale, Assembler.NOT_AND);
    a.vmovups(at(SCALES), T);
    a.vpternlogd(Vec.zmm(2), INVERSE, INVERSE, Assembler.NOT_AND);
    a.vmovups(at(RSP), Vec.zmm(2));
  }

  private void twoBlocks(int pair) {
    for (int i = 0; i < 4; i++) {
      if (i % 2 == 0) {
        a.vbroadcastss(INVERSE, at(RSP, 4 * (2 * pair + i / 2)));
      }
      Vec q = Vec.zmm(i);
      a.vmulps(q, INVERSE, at(X, (2 * pair << VALUES_SHIFT) + 64 * i));
      a.vcvtps2dq(q, q);
    }
    Vec packed = Vec.zmm(0);
    a.vpackssdw(packed, packed, Vec.zmm(1));
    a.vpackssdw(Vec.zmm(2), Vec.zmm(2), Vec.zmm(3));
    a.vpandd(packed, packed, LOW_BYTES);
    a.vpandd(Vec.zmm(2), Vec.zmm(2), LOW_BYTES);
    a.vpackuswb(packed, packed, Vec.zmm(2));
    Vec fours = Vec.zmm(FOURS + pair);
    a.vpmaddubsw(fours, ONES_8, packed);
    a.vpmaddwd(fours, fours, ONES_16);
    a.vpermd(packed, ORDER, packed);
    a.vmovups(at(INTEGERS, 2 * pair << INTEGERS_SHIFT), packed);
  }

  /// Packing puts a quarter of the second vector behind each quarter of the first: so those of even
  /// pairs are joined in one, those of odd pairs in the other.
  private void sums() {
    for (int odd = 0; odd < 2; odd++) {
      int first = FOURS + odd;
      halve(first, first + 2, 0x44, 0xee);
      halve(first + 4, first + 6, 0x44, 0xee);
      halve(first, first + 4, 0x88, 0xdd);
    }
    Vec sums = Vec.zmm(FOURS);
    a.vpackssdw(sums, sums, Vec.zmm(FOURS + 1));
    a.vmovups(at(SUMS), sums);
  }

  private void halve(int x, int y, int low, int high) {
    a.vshufi32x4(T, Vec.zmm(x), Vec.zmm(y), low);
    a.vshufi32x4(Vec.zmm(x), Vec.zmm(x), Vec.zmm(y), high);
    a.vpaddd(Vec.zmm(x), Vec.zmm(x), T);
  }
}
