package dev.freehold.kernel.x86;

import dev.freehold.kernel.x86.Int8Unpack.Layout;

/// How vectors of 256 bits are multiplied: four weights with four activations in each lane.
///
/// Without VNNI `vpmaddubsw` adds two products of an unsigned and a signed byte in 16 bits and
/// would saturate beyond 32767. It never does: activations lie within ±127, and each way here says
/// why its sums fit.
enum Int8Products {
  /// By `vpdpbusd`, into sums of 32 bits.
  VNNI,

  /// Weights of 8 bits, stored with 128 added: signs go over to the activations. Two products of
  /// magnitudes are at most 2 * 128 * 127 = 32512. They are widened one by one, and no offset is
  /// left to take away.
  BYTES,

  /// Weights of 4 bits: sums stay in 16 bits through a block of 32 columns, where a lane of 16 bits
  /// takes 16 products, at most 16 * 15 * 127 = 30480.
  NIBBLES,

  /// Weights of 6 bits: two times two products are added in 16 bits, at most 4 * 63 * 127 = 32004.
  SIX_BITS;

  /// Bytes of [#constants].
  static final int CONSTANT_BYTES = 96;

  private static final int ONES = 0;
  private static final int FLIP = 32;
  private static final int SIGNS = 64;

  static Int8Products of(Layout layout, boolean vnni) {
    if (vnni) {
      return VNNI;
    }
    return switch (layout) {
      case Q8_0 -> BYTES;
      case Q4_0, Q4_K -> NIBBLES;
      case Q6_K -> SIX_BITS;
    };
  }

  /// Whether sums begin at the starts, which take offsets of weights away; else at 0.
  boolean beginsAtStarts() {
    return this == VNNI || this == SIX_BITS;
  }

  /// Writes the constants to memory, by way of a vector.
  static void constants(Assembler a, Mem to, int by) {
    constant(a, by, 0x00010001);
    a.vmovups(to.plus(ONES), Vec.ymm(by));
    constant(a, by, 0x80808080);
    a.vmovups(to.plus(FLIP), Vec.ymm(by));
    constant(a, by, 0x80000000);
    a.vmovups(to.plus(SIGNS), Vec.ymm(by));
  }

  /// The same 32 bits in every lane, by way of `rax`.
  static void constant(Assembler a, int to, int value) {
    a.mov(Gp.RAX, value);
    a.vmovd(Vec.xmm(to), Gp.RAX);
    a.vpbroadcastd(Vec.ymm(to), Vec.xmm(to));
  }

  /// 1 in every 16 bits, to add pairs of products by `vpmaddwd`.
  static Mem ones(Mem constants) {
    return constants.plus(ONES);
  }

  /// What turns `128 + q` into the signed byte q.
  static Mem flip(Mem constants) {
    return constants.plus(FLIP);
  }

  /// The sign bits of float32 lanes.
  static Mem signs(Mem constants) {
    return constants.plus(SIGNS);
  }

  static void zero(Assembler a, Vec to) {
    a.vpxor(to, to, to);
  }

  /// `x * y + 0`, as [Int8Steps#multiplyAndAddZero].
  static void multiplyAndAddZero(Assembler a, Vec to, Vec x, Operand y) {
    zero(a, to);
    a.vfmadd231ps(to, x, y);
  }

  /// Adds the products of one vector of weights.
  ///
  /// @param weight the weights; for `BYTES` signed, and their magnitudes
  /// @param x four activations in every lane
  /// @param to overwritten, unless products go into the sum at once; may be `x`
  void add(Assembler a, Vec sum, Vec[] weight, Vec x, Vec to, Mem constants) {
    switch (this) {
      case VNNI -> a.vpdpbusd(sum, weight[0], x);
      case BYTES -> {
        a.vpsignb(to, x, weight[0]);
        a.vpmaddubsw(to, weight[1], to);
        a.vpmaddwd(to, to, ones(constants));
        a.vpaddd(sum, sum, to);
      }
      case NIBBLES -> {
        a.vpmaddubsw(to, weight[0], x);
        a.vpaddw(sum, sum, to);
      }
      case SIX_BITS -> throw new IllegalStateException("weights of 6 bits are added in pairs");
    }
  }

  /// Adds the products of two vectors of weights of at most 6 bits.
  ///
  /// @param to both overwritten, unless products go into the sum at once; may be factors
  void addTwo(Assembler a, Vec sum, Vec[] weights, Vec[] x, Vec[] to, Mem constants) {
    if (this == VNNI) {
      a.vpdpbusd(sum, weights[0], x[0]);
      a.vpdpbusd(sum, weights[1], x[1]);
      return;
    }
    a.vpmaddubsw(to[0], weights[0], x[0]);
    a.vpmaddubsw(to[1], weights[1], x[1]);
    a.vpaddw(to[0], to[0], to[1]);
    if (this == NIBBLES) {
      a.vpaddw(sum, sum, to[0]);
    } else {
      a.vpmaddwd(to[0], to[0], ones(constants));
      a.vpaddd(sum, sum, to[0]);
    }
  }

  /// Makes the sum of a block 32 bits wide.
  void widen(Assembler a, Vec sum, Mem constants) {
    if (this == NIBBLES) {
      a.vpmaddwd(sum, sum, ones(constants));
    }
  }
}
