package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

import dev.freehold.kernel.x86.Int8Stream.Field;
import dev.freehold.kernel.x86.Int8Unpack.Layout;

/// [Int8Stream] with vectors of 256 bits, for processors with AVX2: the same arguments, the same
/// bits, for one token and up to four groups, which come side by side.
///
/// The groups' sums of integers stay in registers; their sums of floats, which a block of columns
/// needs once, in memory.
public final class Int8Stream256 {
  private static final int GROUPS = Int8Stream.GROUPS;

  private static final Vec[] X = {Vec.ymm(8), Vec.ymm(9)};
  private static final Vec A = Vec.ymm(10);
  private static final Vec B = Vec.ymm(11);
  private static final Vec C = Vec.ymm(12);
  private static final Vec D = Vec.ymm(13);
  private static final Vec LOW = Vec.ymm(14);
  private static final Vec TOP = Vec.ymm(15);
  private static final Vec[] WEIGHTS = {A, B};
  private static final Gp[] SAVED = {RBX, RBP, R12, R14, R15};

  /// Room on the stack: the constants, the sums of floats, and the first halves' summands.
  private static final Mem CONSTANTS = at(R14);

  private static final int CHAINS_AT = Int8Products.CONSTANT_BYTES;
  private static final int HALVES_AT = CHAINS_AT + 64 * GROUPS;
  private static final int ROOM_BYTES = HALVES_AT + 64 * GROUPS + 64;

  private final Assembler a = new Assembler();
  private final Layout layout;
  private final Int8Products products;
  private int groups;

  private Int8Stream256(Layout layout, Int8Products products) {
    this.layout = layout;
    this.products = products;
  }

  /// @param vnni whether the processor has AVX-VNNI
  public static byte[] emit(Layout layout, boolean vnni) {
    Int8Stream256 stream = new Int8Stream256(layout, Int8Products.of(layout, vnni));
    stream.write();
    return stream.a.toArray();
  }

  private void write() {
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.mov(RBP, RSP);
    a.sub(RSP, ROOM_BYTES);
    a.mov(R14, RSP);
    a.add(R14, 63);
    a.and(R14, -64);
    Int8Products.constants(a, CONSTANTS, 0);
    Int8Products.constant(a, LOW.number(), 0x0f0f0f0f);
    Int8Products.constant(a, TOP.number(), 0x30303030);
    a.mov(R12, RDI);
    a.add(RDI, field(Field.BITS_OFFSET));
    a.add(RSI, field(Field.X_OFFSET));
    a.add(RDX, field(Field.X_SCALES_OFFSET));
    a.add(RCX, field(Field.STARTS_OFFSET));
    a.add(R8, field(Field.OUT_OFFSET));
    a.mov(R10, field(Field.GROUP_STRIDE));
    a.lea(R11, at(R10, R10, 2));
    Label end = new Label();
    for (groups = 1; groups <= GROUPS; groups++) {
      Label more = new Label();
      a.mov(RAX, field(Field.GROUPS));
      a.cmp(RAX, groups);
      a.j(Condition.NOT_EQUAL, more);
      columns();
      a.jmp(end);
      a.bind(more);
    }
    a.bind(end);
    a.mov(RSP, RBP);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
  }

  private static Mem field(Field field) {
    return at(R9, field.bytes());
  }

  private void columns() {
    Int8Products.zero(a, A);
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < 2; h++) {
        a.vmovups(chain(g, h), A);
      }
    }
    a.mov(RAX, field(Field.BLOCKS));
    Label loop = new Label();
    Label last = new Label();
    a.bind(loop);
    switch (layout) {
      case Q8_0 -> block(0);
      case Q4_0 -> {
        block(0);
        a.sub(RAX, 1);
        a.j(Condition.EQUAL, last);
        block(32);
      }
      case Q4_K -> shared(64, 16);
      case Q6_K -> shared(32, 32);
    }
    a.add(RDI, layout.recordScaleBytes());
    a.add(R12, layout.recordBytes());
    a.sub(RAX, layout == Layout.Q4_0 ? 1 : layout.recordBlocks());
    a.j(Condition.NOT_EQUAL, loop);
    a.bind(last);
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < 2; h++) {
        a.vmovups(A, chain(g, h));
        a.vmovups(at(R8, 64 * g + 32 * h), A);
      }
    }
  }

  /// The blocks that share a scale; `rbx` goes through their sub-scales.
  private void shared(int subScalesAt, int subScaleBytes) {
    a.lea(RBX, at(R12, subScalesAt));
    a.mov(R15, layout.recordBlocks());
    Label loop = new Label();
    a.bind(loop);
    block(0);
    a.add(RBX, subScaleBytes);
    a.sub(R15, 1);
    a.j(Condition.NOT_EQUAL, loop);
  }

  private Vec sum(int g, int h) {
    return Vec.ymm(2 * g + h);
  }

  private static Mem chain(int g, int h) {
    return at(R14, CHAINS_AT + 64 * g + 32 * h);
  }

  /// Adds a summand times its scale to a sum of floats.
  private void add(int g, int h, Vec summand, Vec scale) {
    a.vmovups(D, chain(g, h));
    a.vfmadd231ps(D, summand, scale);
    a.vmovups(chain(g, h), D);
  }

  private static Mem of(int g, Gp base) {
    return switch (g) {
      case 0 -> at(base);
      case 1 -> at(base, R10, 1);
      case 2 -> at(base, R10, 2);
      default -> at(base, R11, 1);
    };
  }

  /// @param scalesAt where its scales are in the record
  private void block(int scalesAt) {
    switch (layout) {
      case Q8_0 -> {
        begin(0);
        bytes();
        endWithOffset(scalesAt);
      }
      case Q4_0 -> {
        begin(0);
        nibbles();
        endWithOffset(scalesAt);
      }
      case Q4_K -> {
        begin(-1);
        nibbles();
        endWithMinimum();
      }
      case Q6_K -> {
        begin(0);
        sixBits(0);
        endOfHalf();
        begin(4);
        sixBits(1);
        endOfHalves();
      }
    }
    a.add(RDI, layout.blockBytes());
    a.add(RSI, 32);
    a.add(RDX, 4);
    a.add(RCX, layout == Layout.Q6_K ? 8 : 4);
  }

  /// Sums begin with the starts from `bytes` on, or with 0.
  private void begin(int bytes) {
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < 2; h++) {
        if (bytes < 0 || !products.beginsAtStarts()) {
          Int8Products.zero(a, sum(g, h));
        } else {
          a.vpbroadcastd(sum(g, h), at(RCX, bytes));
        }
      }
    }
  }

  private void x(int i) {
    a.vpbroadcastd(X[0], at(RSI, 4 * i));
    a.vpbroadcastd(X[1], at(RSI, 4 * i + 4));
  }

  private void bytes() {
    Vec[] weights = {A, B};
    for (int i = 0; i < 8; i++) {
      a.vpbroadcastd(X[0], at(RSI, 4 * i));
      for (int g = 0; g < groups; g++) {
        for (int h = 0; h < 2; h++) {
          a.vmovups(A, of(g, RDI).plus(64 * i + 32 * h));
          if (products == Int8Products.BYTES) {
            a.vpxor(A, A, Int8Products.flip(CONSTANTS));
            a.vpabsb(B, A);
          }
          products.add(a, sum(g, h), weights, X[0], C, CONSTANTS);
        }
      }
    }
  }

  private void nibbles() {
    for (int i = 0; i < 4; i++) {
      x(2 * i);
      for (int g = 0; g < groups; g++) {
        for (int h = 0; h < 2; h++) {
          lowBits(of(g, RDI).plus(64 * i + 32 * h));
          products.addTwo(a, sum(g, h), WEIGHTS, X, WEIGHTS, CONSTANTS);
        }
      }
    }
  }

  /// Two vectors of weights of 4 bits.
  private void lowBits(Mem from) {
    a.vmovups(A, from);
    a.vpsrlw(B, A, 4);
    a.vpand(A, A, LOW);
    a.vpand(B, B, LOW);
  }

  /// @param half of the block
  private void sixBits(int half) {
    for (int pair = 0; pair < 2; pair++) {
      x(4 * half + 2 * pair);
      for (int g = 0; g < groups; g++) {
        for (int h = 0; h < 2; h++) {
          lowBits(of(g, RDI).plus(64 * (2 * half + pair) + 32 * h));
          highBits(of(g, RDI).plus(256 + 64 * half + 32 * h), pair);
          products.addTwo(a, sum(g, h), WEIGHTS, X, WEIGHTS, CONSTANTS);
        }
      }
    }
  }

  /// Adds the high 2 bits of the first or the second pair of vectors.
  private void highBits(Mem from, int pair) {
    a.vmovups(D, from);
    if (pair == 0) {
      a.vpslld(C, D, 4);
      a.vpslld(D, D, 2);
      a.vpand(C, C, TOP);
    } else {
      a.vpand(C, D, TOP);
      a.vpsrld(D, D, 2);
    }
    a.vpand(D, D, TOP);
    a.vpor(A, A, C);
    a.vpor(B, B, D);
  }

  /// The scale of a half group, times that of the activations, to `C`.
  private void scale(int g, int h, int bytes) {
    a.vcvtph2ps(C, of(g, R12).plus(bytes + 16 * h));
    a.vmulps(C, C, X[0]);
  }

  private void endWithOffset(int scalesAt) {
    a.vbroadcastss(X[0], at(RDX));
    boolean late = products == Int8Products.NIBBLES;
    if (late) {
      a.vpbroadcastd(X[1], at(RCX));
    }
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < 2; h++) {
        products.widen(a, sum(g, h), CONSTANTS);
        if (late) {
          a.vpaddd(sum(g, h), sum(g, h), X[1]);
        }
        a.vcvtdq2ps(sum(g, h), sum(g, h));
        scale(g, h, scalesAt);
        add(g, h, sum(g, h), C);
      }
    }
  }

  private void endWithMinimum() {
    a.vbroadcastss(X[0], at(RDX));
    a.vbroadcastss(X[1], at(RCX));
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < 2; h++) {
        products.widen(a, sum(g, h), CONSTANTS);
        a.vcvtdq2ps(sum(g, h), sum(g, h));
        a.vpmovzxbd(A, of(g, RBX).plus(8 * h));
        a.vcvtdq2ps(A, A);
        Int8Products.multiplyAndAddZero(a, B, sum(g, h), A);
        scale(g, h, 0);
        add(g, h, B, C);
        a.vpmovzxbd(A, of(g, RBX).plus(128 + 8 * h));
        a.vcvtdq2ps(A, A);
        Int8Products.multiplyAndAddZero(a, B, A, X[1]);
        a.vcvtph2ps(C, of(g, R12).plus(32 + 16 * h));
        a.vpxor(C, C, Int8Products.signs(CONSTANTS));
        a.vmulps(C, C, X[0]);
        add(g, h, B, C);
      }
    }
  }

  private static Mem halfOf(int g, int h) {
    return at(R14, HALVES_AT + 64 * g + 32 * h);
  }

  private void endOfHalf() {
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < 2; h++) {
        a.vcvtdq2ps(sum(g, h), sum(g, h));
        a.vpmovsxbd(A, of(g, RBX).plus(8 * h));
        a.vcvtdq2ps(A, A);
        Int8Products.multiplyAndAddZero(a, B, sum(g, h), A);
        a.vmovups(halfOf(g, h), B);
      }
    }
  }

  private void endOfHalves() {
    a.vbroadcastss(X[0], at(RDX));
    for (int g = 0; g < groups; g++) {
      for (int h = 0; h < 2; h++) {
        a.vcvtdq2ps(sum(g, h), sum(g, h));
        a.vpmovsxbd(A, of(g, RBX).plus(16 + 8 * h));
        a.vcvtdq2ps(A, A);
        a.vmovups(B, halfOf(g, h));
        a.vfmadd231ps(B, sum(g, h), A);
        scale(g, h, 0);
        add(g, h, B, C);
      }
    }
  }
}
