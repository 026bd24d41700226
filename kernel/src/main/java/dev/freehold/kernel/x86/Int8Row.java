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

  /// Bytes ahead of which lines of packed weights are drawn into the cache: some processors see
  /// four streams of a few lines each too late by themselves.
  private static final int AHEAD = 2048;

  private static final int CHAINS = 0;
  private static final int X = 4;
  private static final Vec SUM = Vec.zmm(12);
  private static final Vec OTHER_SUM = Vec.zmm(13);
  private static final Vec A = Vec.zmm(14);
  private static final Vec B = Vec.zmm(15);
  private static final Vec HIGH_BITS = Vec.zmm(16);
  private static final Vec SCALE = Vec.zmm(17);
  private static final Vec X_SUM = Vec.zmm(18);
  private static final Vec LOW = Vec.zmm(19);
  private static final Vec HIGH = Vec.zmm(20);
  private static final Vec TOP = Vec.zmm(21);
  private static final Vec SIGN = Vec.zmm(22);
  private static final Vec ZERO = Vec.zmm(23);

  /// What blocks share, of each group: scales, and what minimums are worth.
  private static final int SCALES = 24;

  private static final int MINIMUM_SCALES = 28;

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
    Int8Steps.constant(a, HIGH, 0xf0f0f0f0);
    Int8Steps.constant(a, TOP, 0x30303030);
    Int8Steps.constant(a, SIGN, 0x80000000);
    a.vpxord(ZERO, ZERO, ZERO);
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
    sharedScales();
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

  private static Vec scale(int g) {
    return Vec.zmm(SCALES + g);
  }

  private static Vec minimumScale(int g) {
    return Vec.zmm(MINIMUM_SCALES + g);
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

  /// Widens the scales that the next blocks share.
  private void sharedScales() {
    for (int g = 0; g < groups; g++) {
      switch (layout) {
        case Q8_0, Q4_0 -> {}
        case Q4_K -> {
          a.vcvtph2ps(scale(g), of(g, R12));
          a.vcvtph2ps(minimumScale(g), of(g, R12).plus(32));
          a.vpxord(minimumScale(g), minimumScale(g), SIGN);
        }
        case Q6_K -> a.vcvtph2ps(scale(g), of(g, R12));
      }
    }
  }

  /// The groups of a block come one after the other, so that few registers hold sums; the processor
  /// works on several at a time.
  ///
  /// @param s which of the blocks that share a scale
  private void block(int s) {
    for (int i = 0; i < 8; i++) {
      a.vpbroadcastd(x(i), at(RSI, 4 * i));
    }
    if (layout == Layout.Q4_K) {
      a.vbroadcastss(X_SUM, at(RCX));
    }
    for (int g = 0; g < groups; g++) {
      switch (layout) {
        case Q8_0 -> {
          a.vpbroadcastd(SUM, at(RCX));
          bytes(g);
          endWithOffset(g);
        }
        case Q4_0 -> {
          a.vpbroadcastd(SUM, at(RCX));
          nibbles(g);
          endWithOffset(g);
        }
        case Q4_K -> {
          a.vpxord(SUM, SUM, SUM);
          nibbles(g);
          endWithMinimum(g, s);
        }
        case Q6_K -> {
          a.vpbroadcastd(SUM, at(RCX));
          a.vpbroadcastd(OTHER_SUM, at(RCX, 4));
          sixBits(g);
          endOfHalves(g, s);
        }
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

  private void bytes(int g) {
    for (int i = 0; i < 8; i++) {
      a.vmovups(A, of(g, RDI).plus(64 * i));
      a.vpdpbusd(SUM, A, x(i));
    }
  }

  /// Upper halves of bytes are multiplied where they stand, as 16 times the weights, and their sum
  /// is divided at the end, exactly.
  private void nibbles(int g) {
    a.vpxord(OTHER_SUM, OTHER_SUM, OTHER_SUM);
    for (int i = 0; i < 4; i++) {
      Mem bits = of(g, RDI).plus(64 * i);
      a.prefetcht0(bits.plus(AHEAD));
      a.vpandd(A, LOW, bits);
      a.vpandd(B, HIGH, bits);
      a.vpdpbusd(SUM, A, x(2 * i));
      a.vpdpbusd(OTHER_SUM, B, x(2 * i + 1));
    }
    a.vpsrad(OTHER_SUM, OTHER_SUM, 4);
    a.vpaddd(SUM, SUM, OTHER_SUM);
  }

  private void sixBits(int g) {
    for (int half = 0; half < 2; half++) {
      Vec sum = half == 0 ? SUM : OTHER_SUM;
      a.vmovups(HIGH_BITS, of(g, R13).plus(64 * half));
      for (int pair = 0; pair < 2; pair++) {
        Mem bits = of(g, RDI).plus(64 * (2 * half + pair));
        a.prefetcht0(bits.plus(AHEAD));
        int i = 4 * half + 2 * pair;
        a.vpandd(A, LOW, bits);
        top(A, pair == 0 ? 4 : 0);
        a.vpdpbusd(sum, A, x(i));
        a.vmovups(A, bits);
        a.vpsrlw(A, A, 4);
        a.vpandd(A, A, LOW);
        top(A, pair == 0 ? 2 : -2);
        a.vpdpbusd(sum, A, x(i + 1));
      }
    }
  }

  /// Adds two of the high bits to weights.
  ///
  /// @param up by how much they are moved up
  private void top(Vec weights, int up) {
    if (up > 0) {
      a.vpslld(B, HIGH_BITS, up);
    } else if (up < 0) {
      a.vpsrld(B, HIGH_BITS, -up);
    }
    a.vpternlogd(weights, up == 0 ? HIGH_BITS : B, TOP, Assembler.OR_AND);
  }

  private void endWithOffset(int g) {
    a.vcvtph2ps(SCALE, of(g, R12));
    a.vmulps(SCALE, SCALE, at(RDX).broadcast());
    a.vcvtdq2ps(SUM, SUM);
    a.vfmadd231ps(chain(g), SUM, SCALE);
  }

  private void endWithMinimum(int g, int s) {
    a.vmulps(SCALE, scale(g), at(RDX).broadcast());
    a.vcvtdq2ps(SUM, SUM);
    a.vpmovzxbd(A, of(g, R12).plus(64 + 16 * s));
    a.vcvtdq2ps(A, A);
    a.vfmadd213ps(A, SUM, ZERO);
    a.vfmadd231ps(chain(g), A, SCALE);
    a.vmulps(SCALE, minimumScale(g), at(RDX).broadcast());
    a.vpmovzxbd(A, of(g, R12).plus(192 + 16 * s));
    a.vcvtdq2ps(A, A);
    a.vfmadd213ps(A, X_SUM, ZERO);
    a.vfmadd231ps(chain(g), A, SCALE);
  }

  private void endOfHalves(int g, int s) {
    a.vmulps(SCALE, scale(g), at(RDX).broadcast());
    a.vcvtdq2ps(SUM, SUM);
    a.vpmovsxbd(A, of(g, R12).plus(32 + 32 * s));
    a.vcvtdq2ps(A, A);
    a.vfmadd213ps(A, SUM, ZERO);
    a.vcvtdq2ps(OTHER_SUM, OTHER_SUM);
    a.vpmovsxbd(B, of(g, R12).plus(48 + 32 * s));
    a.vcvtdq2ps(B, B);
    a.vfmadd231ps(A, OTHER_SUM, B);
    a.vfmadd231ps(chain(g), A, SCALE);
  }
}
