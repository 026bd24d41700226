package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

import dev.freehold.kernel.x86.Int8Unpack.Layout;

/// The kernel of products of up to four groups of 16 rows of weights with one token, by (c) of fh1,
/// straight from a prepared file, for processors with AVX-512 and VNNI.
///
/// What it does is read memory: each weight is used once, so that the groups' bits come in streams
/// side by side, and all that is computed hides behind them.
///
/// Arguments: the address of the first group; the activations' integers; their scales; the starts,
/// as for [Int8Tile]; the outputs; the address of [Field]s.
public final class Int8Row {
  /// The fields of the last argument, 8 bytes each.
  public enum Field {
    BLOCKS,
    /// Bytes from a group to the next.
    GROUP_STRIDE,
    /// Where bits and high bits begin in a group.
    BITS_OFFSET,
    HIGH_BITS_OFFSET,
    X_OFFSET,
    X_SCALES_OFFSET,
    STARTS_OFFSET,
    OUT_OFFSET;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int FIELDS_BYTES = 8 * Field.values().length;

  /// Most groups.
  public static final int GROUPS = 4;

  private static final int SHARING = 8;
  private static final int CHAINS = 0;
  private static final int SUMS = 4;
  private static final int X = 8;
  private static final Vec LOW = Vec.zmm(16);
  private static final Vec TOP = Vec.zmm(17);
  private static final Vec SIGN = Vec.zmm(18);
  private static final Vec A = Vec.zmm(19);
  private static final Vec B = Vec.zmm(20);
  private static final Vec C = Vec.zmm(21);
  private static final Vec D = Vec.zmm(22);
  private static final Vec SCALE = Vec.zmm(23);
  private static final int SECOND_SUMS = 24;

  private final Assembler a = new Assembler();
  private final int groups;
  private final Layout layout;

  private Int8Row(int groups, Layout layout) {
    this.groups = groups;
    this.layout = layout;
  }

  public static byte[] emit(int groups, Layout layout) {
    Int8Row row = new Int8Row(groups, layout);
    row.write();
    return row.a.toArray();
  }

  private void write() {
    a.push(R12);
    a.push(R13);
    Int8Steps.constant(a, LOW, 0x0f0f0f0f);
    Int8Steps.constant(a, TOP, 0x30303030);
    Int8Steps.constant(a, SIGN, 0x80000000);
    a.mov(R12, RDI);
    a.mov(R13, RDI);
    a.add(RDI, field(Field.BITS_OFFSET));
    a.add(R13, field(Field.HIGH_BITS_OFFSET));
    a.add(RSI, field(Field.X_OFFSET));
    a.add(RDX, field(Field.X_SCALES_OFFSET));
    a.add(RCX, field(Field.STARTS_OFFSET));
    a.add(R8, field(Field.OUT_OFFSET));
    a.mov(R10, field(Field.GROUP_STRIDE));
    a.lea(R11, at(R10, R10, 2));
    a.mov(RAX, field(Field.BLOCKS));
    for (int g = 0; g < groups; g++) {
      a.vpxord(chain(g), chain(g), chain(g));
    }
    boolean shared = layout == Layout.Q4_K || layout == Layout.Q6_K;
    Label loop = new Label();
    a.bind(loop);
    for (int s = 0; s < (shared ? SHARING : 1); s++) {
      block(s);
    }
    a.add(R12, layout == Layout.Q4_K ? 320 : layout == Layout.Q6_K ? 288 : 32);
    a.sub(RAX, shared ? SHARING : 1);
    a.j(Condition.NOT_EQUAL, loop);
    for (int g = 0; g < groups; g++) {
      a.vmovups(at(R8, 64 * g), chain(g));
    }
    a.pop(R13);
    a.pop(R12);
    a.vzeroupper();
    a.ret();
  }

  private static Mem field(Field field) {
    return at(R9, field.bytes());
  }

  private static Vec chain(int g) {
    return Vec.zmm(CHAINS + g);
  }

  private static Vec sum(int g) {
    return Vec.zmm(SUMS + g);
  }

  private static Vec secondSum(int g) {
    return Vec.zmm(SECOND_SUMS + g);
  }

  private static Vec x(int i) {
    return Vec.zmm(X + i);
  }

  private static Mem of(int g, Gp base) {
    return switch (g) {
      case 0 -> at(base);
      case 1 -> at(base, R10, 1);
      case 2 -> at(base, R10, 2);
      default -> at(base, R11, 1);
    };
  }

  /// @param s which of the blocks that share a scale
  private void block(int s) {
    for (int i = 0; i < 8; i++) {
      a.vpbroadcastd(x(i), at(RSI, 4 * i));
    }
    for (int g = 0; g < groups; g++) {
      switch (layout) {
        case Q8_0, Q4_0 -> a.vpbroadcastd(sum(g), at(RCX));
        case Q4_K -> a.vpxord(sum(g), sum(g), sum(g));
        case Q6_K -> {
          a.vpbroadcastd(sum(g), at(RCX));
          a.vpbroadcastd(secondSum(g), at(RCX, 4));
        }
      }
    }
    switch (layout) {
      case Q8_0 -> bytes();
      case Q4_0, Q4_K -> nibbles();
      case Q6_K -> sixBits();
    }
    for (int g = 0; g < groups; g++) {
      Mem scales = of(g, R12);
      switch (layout) {
        case Q8_0, Q4_0 -> endWithOffset(g, scales);
        case Q4_K -> endWithMinimum(g, scales, s);
        case Q6_K -> endOfHalves(g, scales, s);
      }
    }
    a.add(RDI, layout == Layout.Q8_0 ? 512 : 256);
    if (layout == Layout.Q6_K) {
      a.add(R13, 128);
    }
    a.add(RSI, 32);
    a.add(RDX, 4);
    a.add(RCX, layout == Layout.Q6_K ? 8 : 4);
  }

  private void bytes() {
    for (int i = 0; i < 8; i++) {
      for (int g = 0; g < groups; g++) {
        a.vmovups(A, of(g, RDI).plus(64 * i));
        a.vpdpbusd(sum(g), A, x(i));
      }
    }
  }

  private void nibbles() {
    for (int i = 0; i < 4; i++) {
      for (int g = 0; g < groups; g++) {
        a.vmovups(A, of(g, RDI).plus(64 * i));
        a.vpsrlw(B, A, 4);
        a.vpandd(A, A, LOW);
        a.vpandd(B, B, LOW);
        a.vpdpbusd(sum(g), A, x(2 * i));
        a.vpdpbusd(sum(g), B, x(2 * i + 1));
      }
    }
  }

  private void sixBits() {
    for (int half = 0; half < 2; half++) {
      for (int g = 0; g < groups; g++) {
        Vec to = half == 0 ? sum(g) : secondSum(g);
        a.vmovups(D, of(g, R13).plus(64 * half));
        for (int pair = 0; pair < 2; pair++) {
          a.vmovups(A, of(g, RDI).plus(64 * (2 * half + pair)));
          a.vpsrlw(B, A, 4);
          a.vpandd(A, A, LOW);
          a.vpandd(B, B, LOW);
          if (pair == 0) {
            a.vpslld(C, D, 4);
            a.vpandd(C, C, TOP);
            a.vpord(A, A, C);
            a.vpslld(C, D, 2);
          } else {
            a.vpandd(C, D, TOP);
            a.vpord(A, A, C);
            a.vpsrld(C, D, 2);
          }
          a.vpandd(C, C, TOP);
          a.vpord(B, B, C);
          int i = 4 * half + 2 * pair;
          a.vpdpbusd(to, A, x(i));
          a.vpdpbusd(to, B, x(i + 1));
        }
      }
    }
  }

  private void endWithOffset(int g, Mem scales) {
    a.vcvtph2ps(SCALE, scales);
    a.vmulps(SCALE, SCALE, at(RDX).broadcast());
    a.vcvtdq2ps(sum(g), sum(g));
    a.vfmadd231ps(chain(g), sum(g), SCALE);
  }

  private void endWithMinimum(int g, Mem scales, int s) {
    a.vcvtph2ps(SCALE, scales);
    a.vmulps(SCALE, SCALE, at(RDX).broadcast());
    a.vcvtdq2ps(sum(g), sum(g));
    a.vpmovzxbd(A, scales.plus(64 + 16 * s));
    a.vcvtdq2ps(A, A);
    Int8Steps.multiplyAndAddZero(a, B, sum(g), A);
    a.vfmadd231ps(chain(g), B, SCALE);
    a.vcvtph2ps(SCALE, scales.plus(32));
    a.vpxord(SCALE, SCALE, SIGN);
    a.vmulps(SCALE, SCALE, at(RDX).broadcast());
    a.vpmovzxbd(A, scales.plus(192 + 16 * s));
    a.vcvtdq2ps(A, A);
    Int8Steps.multiplyAndAddZero(a, B, A, at(RCX).broadcast());
    a.vfmadd231ps(chain(g), B, SCALE);
  }

  private void endOfHalves(int g, Mem scales, int s) {
    a.vcvtph2ps(SCALE, scales);
    a.vmulps(SCALE, SCALE, at(RDX).broadcast());
    a.vcvtdq2ps(sum(g), sum(g));
    a.vpmovsxbd(A, scales.plus(32 + 32 * s));
    a.vcvtdq2ps(A, A);
    Int8Steps.multiplyAndAddZero(a, B, sum(g), A);
    a.vcvtdq2ps(secondSum(g), secondSum(g));
    a.vpmovsxbd(A, scales.plus(48 + 32 * s));
    a.vcvtdq2ps(A, A);
    a.vfmadd231ps(B, secondSum(g), A);
    a.vfmadd231ps(chain(g), B, SCALE);
  }
}
