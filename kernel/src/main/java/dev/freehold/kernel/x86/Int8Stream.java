package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

import dev.freehold.kernel.x86.Int8Tile.Ending;
import dev.freehold.kernel.x86.Int8Unpack.Layout;

/// The kernel of products of groups of 16 rows of weights with one to eight tokens, by (c) of fh1,
/// straight from a prepared file, for processors with AVX-512 and VNNI.
///
/// The file is read from its beginning to its end, as one stream that the processor sees coming:
/// group after group, and scales beside the weights that they belong to. A block's weights are
/// unpacked in registers and multiplied with all tokens there, so that memory is read while
/// products are computed; activations come from the first cache, four bytes to all lanes.
///
/// Arguments: the address of the first group; the activations' integers; their scales; the starts,
/// as for [Int8Tile]; the outputs; the address of [Field]s.
public final class Int8Stream {
  /// The fields of the last argument, 8 bytes each.
  public enum Field {
    BLOCKS,
    GROUPS,
    /// Bytes from a group to the next.
    GROUP_STRIDE,
    /// Where the first block's bits begin in a group.
    BITS_OFFSET,
    /// Bytes of the activations before the first token's, and from token to token.
    X_OFFSET,
    X_STRIDE,
    X_SCALES_OFFSET,
    X_SCALES_STRIDE,
    STARTS_OFFSET,
    STARTS_STRIDE,
    OUT_OFFSET,
    OUT_STRIDE;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int FIELDS_BYTES = 8 * Field.values().length;

  /// Groups that are worth a call.
  public static final int GROUPS = 4;

  /// Most tokens.
  public static final int TOKENS = 8;

  private static final int WEIGHTS = 0;
  private static final int SUMS = 4;
  private static final int OTHER_SUMS = SUMS + TOKENS;
  private static final int CHAINS = OTHER_SUMS + TOKENS;
  private static final Vec LOW = Vec.zmm(CHAINS + TOKENS);
  private static final Vec TOP = Vec.zmm(CHAINS + TOKENS + 1);
  private static final Vec HIGH_BITS = Vec.zmm(CHAINS + TOKENS + 2);
  private static final Vec B = Vec.zmm(CHAINS + TOKENS + 3);

  /// Where there are no second sums.
  private static final Vec SIGN = Vec.zmm(OTHER_SUMS);

  // Where there is one token.
  private static final Vec HIGH = Vec.zmm(OTHER_SUMS + 2);
  private static final Vec RECORD_SCALE = Vec.zmm(OTHER_SUMS + 3);
  private static final Vec RECORD_MINIMUM_SCALE = Vec.zmm(OTHER_SUMS + 4);

  // At a block's end, where no weights are left in registers.
  private static final Vec SCALE = Vec.zmm(WEIGHTS);
  private static final Vec FACTOR = Vec.zmm(WEIGHTS + 1);
  private static final Vec SECOND = Vec.zmm(WEIGHTS + 2);
  private static final Vec MINIMUM_SCALE = Vec.zmm(WEIGHTS + 3);
  private static final Vec SUMMAND = HIGH_BITS;
  private static final Vec PRODUCT = B;

  private final Assembler a = new Assembler();
  private final int tokens;
  private final Layout layout;
  private final boolean passing;

  /// Which block of a record is written.
  private int block;

  private Int8Stream(int tokens, Layout layout, boolean passing) {
    this.tokens = tokens;
    this.layout = layout;
    this.passing = passing;
  }

  /// @param passing whether weights are read past the larger caches, which so keep others
  public static byte[] emit(int tokens, Layout layout, boolean passing) {
    return new Int8Stream(tokens, layout, passing).write();
  }

  private static final Gp[] SAVED = {RBX, RBP, R12, R14, R15};

  /// What every group begins with, in the order of their saving.
  private static final Gp[] BEGINNINGS = {RAX, RDI, RSI, RDX, RCX, R8};

  private byte[] write() {
    for (Gp register : SAVED) {
      a.push(register);
    }
    Int8Steps.constant(a, LOW, 0x0f0f0f0f);
    Int8Steps.constant(a, TOP, 0x30303030);
    if (tokens == 1) {
      Int8Steps.constant(a, HIGH, 0xf0f0f0f0);
    }
    if (layout == Layout.Q4_K) {
      Int8Steps.constant(a, SIGN, 0x80000000);
    }
    a.add(RSI, field(Field.X_OFFSET));
    a.add(RDX, field(Field.X_SCALES_OFFSET));
    a.add(RCX, field(Field.STARTS_OFFSET));
    a.add(R8, field(Field.OUT_OFFSET));
    a.mov(R10, field(Field.X_STRIDE));
    a.mov(R14, field(Field.X_SCALES_STRIDE));
    a.mov(R15, field(Field.STARTS_STRIDE));
    a.mov(RAX, field(Field.GROUPS));
    Label next = new Label();
    a.bind(next);
    for (Gp register : BEGINNINGS) {
      a.push(register);
    }
    a.lea(RBX, at(RSI, R10, 2));
    a.add(RBX, R10);
    a.lea(RBP, at(RBX, R10, 2));
    a.add(RBP, R10);
    columns();
    for (int i = BEGINNINGS.length - 1; i >= 0; i--) {
      a.pop(BEGINNINGS[i]);
    }
    a.mov(R11, R8);
    for (int t = 0; t < tokens; t++) {
      a.vmovups(at(R11), chain(t));
      a.add(R11, field(Field.OUT_STRIDE));
    }
    a.add(R8, 64);
    a.add(RDI, field(Field.GROUP_STRIDE));
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, next);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
    return a.toArray();
  }

  private static Mem field(Field field) {
    return at(R9, field.bytes());
  }

  private static Vec sum(int t) {
    return Vec.zmm(SUMS + t);
  }

  private static Vec otherSum(int t) {
    return Vec.zmm(OTHER_SUMS + t);
  }

  private static Vec chain(int t) {
    return Vec.zmm(CHAINS + t);
  }

  private void columns() {
    a.mov(R12, RDI);
    a.add(RDI, field(Field.BITS_OFFSET));
    a.mov(RAX, field(Field.BLOCKS));
    for (int t = 0; t < tokens; t++) {
      a.vpxord(chain(t), chain(t), chain(t));
    }
    Label loop = new Label();
    Label end = new Label();
    a.bind(loop);
    int blocks = layout.recordBlocks();
    for (int line = 0; line < layout.recordScaleBytes(); line += 64) {
      draw(at(R12, line));
    }
    if (tokens == 1) {
      recordScales();
    }
    for (block = 0; block < blocks; block++) {
      block();
      if (layout == Layout.Q4_0 && block == 0) {
        a.sub(RAX, 1);
        a.j(Condition.EQUAL, end);
      }
    }
    a.add(RDI, blocks * layout.blockBytes() + layout.recordScaleBytes());
    a.add(R12, layout.recordBytes());
    a.add(RSI, blocks * 32);
    if (tokens > 3) {
      a.add(RBX, blocks * 32);
    }
    if (tokens > 6) {
      a.add(RBP, blocks * 32);
    }
    a.add(RDX, blocks * 4);
    a.add(RCX, blocks * Ending.of(layout).startBytes());
    a.sub(RAX, layout == Layout.Q4_0 ? 1 : blocks);
    a.j(Condition.NOT_EQUAL, loop);
    a.bind(end);
  }

  /// Four activations of token t in a block.
  private Operand x(int t, int i) {
    Gp base = t < 3 ? RSI : t < 6 ? RBX : RBP;
    Mem first =
        switch (t % 3) {
          case 0 -> at(base);
          case 1 -> at(base, R10, 1);
          default -> at(base, R10, 2);
        };
    return first.plus(32 * block + 4 * i).broadcast();
  }

  private void block() {
    switch (layout) {
      case Q8_0 -> {
        begin(SUMS, 0);
        bytes();
        endWithOffset();
      }
      case Q4_0 -> {
        begin(SUMS, 0);
        nibbles();
        endWithOffset();
      }
      case Q4_K -> {
        begin(SUMS, -1);
        nibbles();
        endWithMinimum();
      }
      case Q6_K -> {
        begin(SUMS, 0);
        begin(OTHER_SUMS, 4);
        sixBits();
        endOfHalves();
      }
    }
  }

  /// Sums begin with the starts from `bytes` on, or with 0.
  private void begin(int sums, int bytes) {
    for (int t = 0; t < tokens; t++) {
      Vec sum = Vec.zmm(sums + t);
      if (bytes < 0) {
        a.vpxord(sum, sum, sum);
      } else {
        a.vpbroadcastd(sum, start(t, R11).plus(bytes));
      }
    }
  }

  /// The start of token t, after those of the tokens before.
  private Mem start(int t, Gp walk) {
    return next(t, RCX, R15, walk).plus(block * Ending.of(layout).startBytes());
  }

  /// The scale of token t, after those of the tokens before.
  private Broadcast xScale(int t) {
    return next(t, RDX, R14, R11).plus(block * 4).broadcast();
  }

  private Mem next(int t, Gp first, Gp stride, Gp walk) {
    if (t == 0) {
      return at(first);
    }
    if (t == 1) {
      a.lea(walk, at(first, stride, 1));
    } else {
      a.add(walk, stride);
    }
    return at(walk);
  }

  /// Adds the products of a block's vector i.
  private void products(Vec weights, int sums, int i) {
    for (int t = 0; t < tokens; t++) {
      a.vpdpbusd(Vec.zmm(sums + t), weights, x(t, i));
    }
  }

  private Mem bits(int i) {
    Mem bits = at(RDI, block * layout.blockBytes() + 64 * i);
    draw(bits);
    return bits;
  }

  /// Draws what is read after this place into the first cache, as many bytes ahead as a core of a
  /// fast memory reads while a line comes; more where many instructions a line leave the processor
  /// less time to see lines by itself.
  private void draw(Mem place) {
    int ahead =
        switch (layout) {
          case Q8_0 -> 2048;
          case Q4_0 -> 4096;
          case Q4_K, Q6_K -> 8192;
        };
    Mem line = place.plus(ahead);
    if (passing) {
      a.prefetchnta(line);
    } else {
      a.prefetcht0(line);
    }
  }

  private void bytes() {
    for (int i = 0; i < 8; i++) {
      Vec weights = Vec.zmm(WEIGHTS + i % 4);
      a.vmovups(weights, bits(i));
      products(weights, SUMS, i);
    }
  }

  private void nibbles() {
    if (tokens == 1) {
      nibblesOfOne();
      return;
    }
    for (int i = 0; i < 4; i++) {
      Vec low = Vec.zmm(WEIGHTS + 2 * (i % 2));
      Vec high = Vec.zmm(WEIGHTS + 2 * (i % 2) + 1);
      a.vmovups(low, bits(i));
      a.vpsrlw(high, low, 4);
      a.vpandd(low, low, LOW);
      a.vpandd(high, high, LOW);
      products(low, SUMS, 2 * i);
      products(high, SUMS, 2 * i + 1);
    }
  }

  /// Few instructions, so that the processor sees far ahead: upper halves of bytes are multiplied
  /// where they stand, as 16 times the weights, and their sum is divided at the end, exactly.
  private void nibblesOfOne() {
    Vec highs = otherSum(1);
    a.vpxord(highs, highs, highs);
    for (int i = 0; i < 4; i++) {
      Vec low = Vec.zmm(WEIGHTS + 2 * (i % 2));
      Vec high = Vec.zmm(WEIGHTS + 2 * (i % 2) + 1);
      Mem bits = bits(i);
      a.vpandd(low, LOW, bits);
      a.vpandd(high, HIGH, bits);
      a.vpdpbusd(sum(0), low, x(0, 2 * i));
      a.vpdpbusd(highs, high, x(0, 2 * i + 1));
    }
    a.vpsrad(highs, highs, 4);
    a.vpaddd(sum(0), sum(0), highs);
  }

  private void sixBits() {
    for (int half = 0; half < 2; half++) {
      int sums = half == 0 ? SUMS : OTHER_SUMS;
      Mem high = at(RDI, block * layout.blockBytes() + 256 + 64 * half);
      draw(high);
      a.vmovups(HIGH_BITS, high);
      for (int pair = 0; pair < 2; pair++) {
        Vec low = Vec.zmm(WEIGHTS + 2 * pair);
        Vec upper = Vec.zmm(WEIGHTS + 2 * pair + 1);
        int i = 4 * half + 2 * pair;
        a.vmovups(low, bits(i / 2));
        a.vpsrlw(upper, low, 4);
        a.vpandd(low, low, LOW);
        a.vpandd(upper, upper, LOW);
        top(low, pair == 0 ? 4 : 0);
        top(upper, pair == 0 ? 2 : -2);
        products(low, sums, i);
        products(upper, sums, i + 1);
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

  private void endWithOffset() {
    a.vcvtph2ps(SCALE, at(R12, 32 * block));
    for (int t = 0; t < tokens; t++) {
      a.vmulps(PRODUCT, SCALE, xScale(t));
      a.vcvtdq2ps(sum(t), sum(t));
      a.vfmadd231ps(chain(t), sum(t), PRODUCT);
    }
  }

  /// Scales of all blocks of a record, for one token, which leaves registers for them.
  private void recordScales() {
    if (layout == Layout.Q4_K) {
      minimumScale(RECORD_MINIMUM_SCALE);
    }
    if (layout == Layout.Q4_K || layout == Layout.Q6_K) {
      a.vcvtph2ps(RECORD_SCALE, at(R12));
    }
  }

  private void minimumScale(Vec to) {
    a.vcvtph2ps(to, at(R12, 32));
    a.vpxord(to, to, SIGN);
  }

  /// The scale of a record.
  private Vec scale() {
    if (tokens == 1) {
      return RECORD_SCALE;
    }
    a.vcvtph2ps(SCALE, at(R12));
    return SCALE;
  }

  private Vec minimumScale() {
    if (tokens == 1) {
      return RECORD_MINIMUM_SCALE;
    }
    minimumScale(MINIMUM_SCALE);
    return MINIMUM_SCALE;
  }

  /// Sums times factors are integers below 2^24, which float32 has all of.
  private void endWithMinimum() {
    Vec scale = scale();
    Vec minimumScale = minimumScale();
    a.vpmovzxbd(FACTOR, at(R12, 64 + 16 * block));
    a.vpmovzxbd(SECOND, at(R12, 192 + 16 * block));
    a.vcvtdq2ps(SECOND, SECOND);
    for (int t = 0; t < tokens; t++) {
      Broadcast xScale = xScale(t);
      a.vpmulld(sum(t), sum(t), FACTOR);
      a.vcvtdq2ps(sum(t), sum(t));
      a.vmulps(PRODUCT, scale, xScale);
      a.vfmadd231ps(chain(t), sum(t), PRODUCT);
      Int8Steps.multiplyAndAddZero(a, SUMMAND, SECOND, start(t, R8).broadcast());
      a.vmulps(PRODUCT, minimumScale, xScale);
      a.vfmadd231ps(chain(t), SUMMAND, PRODUCT);
    }
  }

  /// As with a minimum; so is what both halves give together.
  private void endOfHalves() {
    Vec scale = scale();
    a.vpmovsxbd(FACTOR, at(R12, 32 + 32 * block));
    a.vpmovsxbd(SECOND, at(R12, 48 + 32 * block));
    for (int t = 0; t < tokens; t++) {
      a.vpmulld(sum(t), sum(t), FACTOR);
      a.vpmulld(otherSum(t), otherSum(t), SECOND);
      a.vpaddd(sum(t), sum(t), otherSum(t));
      a.vcvtdq2ps(sum(t), sum(t));
      a.vmulps(PRODUCT, scale, xScale(t));
      a.vfmadd231ps(chain(t), sum(t), PRODUCT);
    }
  }
}
