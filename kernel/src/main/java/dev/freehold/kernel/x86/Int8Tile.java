package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel of products of groups of 16 rows of weights with several tokens, by (c) of fh1, for
/// processors with AVX-512 and VNNI.
///
/// A lane is a row, so no lane meets another. In a block of 32 columns each of 8 vectors of weights
/// is multiplied with every token of the tile: four unsigned weights with four activations in each
/// lane, an exact integer. At the block's end that sum becomes a float and is added to the chain of
/// its output. Sums of integers and of floats both stay in registers, 24 of them where the tile is
/// largest.
///
/// Arguments, in this order: the address of the first group's weights, `[blocks][8][16][4]` bytes;
/// the activations' integers; their scales; what `STARTS` says; the outputs; the address of
/// [Field]s.
public final class Int8Tile {
  /// How the integer sum of a block becomes a summand.
  public enum Ending {
    /// `float(start + sum) * (scale * xScale)`; weights are stored with an offset, which the start,
    /// an int32 per token and block, takes away.
    OFFSET,
    /// `factor * sum * (scale * xScale)`, then `minimum * xSum * (minScale * xScale)`; in place of
    /// starts stand float32 sums of the activations.
    MINIMUM,
    /// `(factor0 * sum0 + factor1 * sum1) * (scale * xScale)` of half blocks; two starts per block.
    HALVES;

    /// That of weights as they are unpacked from this layout.
    public static Ending of(Int8Unpack.Layout layout) {
      return switch (layout) {
        case Q8_0, Q4_0 -> OFFSET;
        case Q4_K -> MINIMUM;
        case Q6_K -> HALVES;
      };
    }

    /// Bytes of what a sum begins with, for each token and block.
    public int startBytes() {
      return this == HALVES ? 8 : 4;
    }
  }

  /// The fields of the last argument, 8 bytes each.
  public enum Field {
    BLOCKS,
    /// Bytes from a group's weights to the next group's.
    GROUP_STRIDE,
    /// Address of the scales, laid out as [Int8Scales] says.
    SCALES,
    /// Bytes of the activations before the first token's, and from token to token.
    X_OFFSET,
    X_STRIDE,
    X_SCALES_OFFSET,
    X_SCALES_STRIDE,
    STARTS_OFFSET,
    STARTS_STRIDE,
    /// Address of the chains between the stretches of a row, [#CHAIN_BYTES] for each token; moves
    /// on.
    CHAINS,
    /// Bytes of the outputs before the first token's, and from token to token.
    OUT_OFFSET,
    OUT_STRIDE,
    /// Tiles of tokens, at least one.
    TILES,
    /// 0 where chains begin, else they go on.
    CONTINUED,
    /// 0 where chains go on after this, else they become outputs.
    FINISHED,
    /// What [Int8Chunk] passes as the address of the weights.
    WEIGHTS;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  /// Most tokens of a tile.
  public static final int TOKENS = 6;

  /// Most groups of a tile.
  public static final int GROUPS = 2;

  /// Bytes from a token's chains to the next token's.
  public static final int CHAIN_BYTES = 64 * GROUPS;

  private static final int VECTORS = 8;
  private static final int SUMS = GROUPS * TOKENS;
  private static final int WEIGHTS = 2 * SUMS;
  private static final int X = WEIGHTS + GROUPS;
  private static final int SCALE = X + 2;
  private static final int TEMPORARY = SCALE + GROUPS;

  private final Assembler a = new Assembler();
  private final int groups;
  private final int tokens;
  private final Ending ending;

  private Int8Tile(int groups, int tokens, Ending ending) {
    this.groups = groups;
    this.tokens = tokens;
    this.ending = ending;
  }

  /// The kernel for tiles of this size.
  public static byte[] emit(int groups, int tokens, Ending ending) {
    Int8Tile tile = new Int8Tile(groups, tokens, ending);
    tile.emit();
    return tile.a.toArray();
  }

  private static final Gp[] SAVED = {RBX, RBP, R12, R13, R14, R15};

  private void emit() {
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.add(RSI, field(Field.X_OFFSET));
    a.add(RDX, field(Field.X_SCALES_OFFSET));
    a.add(RCX, field(Field.STARTS_OFFSET));
    a.add(R8, field(Field.OUT_OFFSET));
    a.mov(R10, field(Field.X_STRIDE));
    a.mov(R12, field(Field.X_SCALES_STRIDE));
    a.mov(R14, field(Field.GROUP_STRIDE));
    a.mov(RAX, field(Field.TILES));
    Label tile = new Label();
    a.bind(tile);
    a.push(RAX);
    a.push(RDI);
    a.push(RSI);
    a.push(RDX);
    a.push(RCX);
    tile();
    a.pop(RCX);
    a.pop(RDX);
    a.pop(RSI);
    a.pop(RDI);
    a.pop(RAX);
    a.mov(R11, field(Field.STARTS_STRIDE));
    for (int t = 0; t < tokens; t++) {
      a.add(RSI, R10);
      a.add(RDX, R12);
      a.add(RCX, R11);
      a.add(R8, field(Field.OUT_STRIDE));
    }
    a.mov(R11, field(Field.CHAINS));
    a.add(R11, tokens * CHAIN_BYTES);
    a.mov(field(Field.CHAINS), R11);
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, tile);
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
  }

  private static Mem field(Field field) {
    return at(R9, field.bytes());
  }

  /// Token t of an array: the fourth and later by way of a second register, three strides on.
  private static Mem token(int t, Gp first, Gp fourth, Gp stride) {
    Gp base = t < 3 ? first : fourth;
    return switch (t % 3) {
      case 0 -> at(base);
      case 1 -> at(base, stride, 1);
      default -> at(base, stride, 2);
    };
  }

  private Vec sum(int g, int t) {
    return Vec.zmm(g * TOKENS + t);
  }

  private Vec chain(int g, int t) {
    return Vec.zmm(SUMS + g * TOKENS + t);
  }

  private void tile() {
    beginChains();
    a.lea(RBX, at(RSI, R10, 2));
    a.add(RBX, R10);
    a.lea(RBP, at(RDX, R12, 2));
    a.add(RBP, R12);
    a.mov(R11, field(Field.STARTS_STRIDE));
    a.lea(R13, at(RCX, R11, 2));
    a.add(R13, R11);
    a.mov(R15, field(Field.SCALES));
    a.mov(RAX, field(Field.BLOCKS));
    Label block = new Label();
    a.bind(block);
    switch (ending) {
      case OFFSET -> blockWithOffset();
      case MINIMUM -> blockWithMinimum();
      case HALVES -> blockOfHalves();
    }
    a.add(RDI, VECTORS * 64);
    for (Gp x : new Gp[] {RSI, RBX}) {
      a.add(x, 32);
    }
    int startBytes = ending.startBytes();
    for (Gp x : new Gp[] {RDX, RBP}) {
      a.add(x, 4);
    }
    for (Gp x : new Gp[] {RCX, R13}) {
      a.add(x, startBytes);
    }
    a.add(R15, Int8Scales.BLOCK_BYTES);
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, block);
    endChains();
  }

  private static Mem kept(int g, int t) {
    return at(R11, t * CHAIN_BYTES + 64 * g);
  }

  private void beginChains() {
    Label fresh = new Label();
    Label done = new Label();
    a.mov(RAX, field(Field.CONTINUED));
    a.cmp(RAX, 0);
    a.j(Condition.EQUAL, fresh);
    a.mov(R11, field(Field.CHAINS));
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < groups; g++) {
        a.vmovups(chain(g, t), kept(g, t));
      }
    }
    a.jmp(done);
    a.bind(fresh);
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < groups; g++) {
        a.vpxord(chain(g, t), chain(g, t), chain(g, t));
      }
    }
    a.bind(done);
  }

  private void endChains() {
    Label keep = new Label();
    Label done = new Label();
    a.mov(RAX, field(Field.FINISHED));
    a.cmp(RAX, 0);
    a.j(Condition.EQUAL, keep);
    a.mov(R11, R8);
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < groups; g++) {
        a.vmovups(at(R11, 64 * g), chain(g, t));
      }
      a.add(R11, field(Field.OUT_STRIDE));
    }
    a.jmp(done);
    a.bind(keep);
    a.mov(R11, field(Field.CHAINS));
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < groups; g++) {
        a.vmovups(kept(g, t), chain(g, t));
      }
    }
    a.bind(done);
  }

  private Mem start(int t) {
    return token(t, RCX, R13, R11);
  }

  private Broadcast xScale(int t) {
    return token(t, RDX, RBP, R12).broadcast();
  }

  private Mem bits(int g) {
    return g == 0 ? at(RDI) : at(RDI, R14, 1);
  }

  /// Sums begin with the starts from `bytes` on, or with 0.
  private void begin(int bytes) {
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < groups; g++) {
        if (bytes < 0) {
          a.vpxord(sum(g, t), sum(g, t), sum(g, t));
        } else {
          a.vpbroadcastd(sum(g, t), start(t).plus(bytes));
        }
      }
    }
  }

  /// Adds the products of some of a block's vectors to the sums.
  private void products(int from, int to) {
    for (int i = from; i < to; i++) {
      for (int g = 0; g < groups; g++) {
        a.vmovups(Vec.zmm(WEIGHTS + g), bits(g).plus(64 * i));
      }
      for (int t = 0; t < tokens; t++) {
        Mem four = token(t, RSI, RBX, R10).plus(4 * i);
        if (groups == 1) {
          a.vpdpbusd(sum(0, t), Vec.zmm(WEIGHTS), four.broadcast());
        } else {
          Vec x = Vec.zmm(X + t % 2);
          a.vpbroadcastd(x, four);
          for (int g = 0; g < groups; g++) {
            a.vpdpbusd(sum(g, t), Vec.zmm(WEIGHTS + g), x);
          }
        }
      }
    }
  }

  private static Mem scales(int g, int region) {
    return at(R15, g * Int8Scales.GROUP_BYTES + region);
  }

  /// chain += float(sum) * (scale * xScale)
  private void endWith(int t, int g, Vec scale) {
    Vec product = Vec.zmm(TEMPORARY + g % 2);
    a.vmulps(product, scale, xScale(t));
    a.vfmadd231ps(chain(g, t), sum(g, t), product);
  }

  private void blockWithOffset() {
    begin(0);
    products(0, VECTORS);
    for (int g = 0; g < groups; g++) {
      a.vmovups(Vec.zmm(SCALE + g), scales(g, Int8Scales.SCALES));
    }
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < groups; g++) {
        a.vcvtdq2ps(sum(g, t), sum(g, t));
        endWith(t, g, Vec.zmm(SCALE + g));
      }
    }
  }

  private void blockWithMinimum() {
    begin(-1);
    products(0, VECTORS);
    Vec minimum = Vec.zmm(WEIGHTS);
    Vec factor = Vec.zmm(WEIGHTS + 1);
    Vec minScale = Vec.zmm(X);
    Vec least = Vec.zmm(X + 1);
    for (int g = 0; g < groups; g++) {
      Vec scale = Vec.zmm(SCALE + g);
      Vec product = Vec.zmm(TEMPORARY + g);
      a.vmovups(scale, scales(g, Int8Scales.SCALES));
      a.vmovups(factor, scales(g, Int8Scales.FACTORS));
      a.vmovups(minimum, scales(g, Int8Scales.MINIMUMS));
      a.vmovups(minScale, scales(g, Int8Scales.MINIMUM_SCALES));
      for (int t = 0; t < tokens; t++) {
        a.vcvtdq2ps(sum(g, t), sum(g, t));
        Int8Steps.multiplyAndAddZero(a, product, sum(g, t), factor);
        a.vmulps(least, scale, xScale(t));
        a.vfmadd231ps(chain(g, t), product, least);
        Int8Steps.multiplyAndAddZero(a, least, minimum, start(t).broadcast());
        a.vmulps(product, minScale, xScale(t));
        a.vfmadd231ps(chain(g, t), least, product);
      }
    }
  }

  private void blockOfHalves() {
    for (int g = 0; g < groups; g++) {
      a.vmovups(Vec.zmm(SCALE + g), scales(g, Int8Scales.SCALES));
    }
    begin(0);
    products(0, VECTORS / 2);
    // The first halves' summands are kept in memory: all registers hold sums.
    for (int t = 0; t < tokens; t++) {
      for (int g = 0; g < groups; g++) {
        Vec half = Vec.zmm(TEMPORARY + g);
        a.vcvtdq2ps(sum(g, t), sum(g, t));
        Int8Steps.multiplyAndAddZero(a, half, sum(g, t), scales(g, Int8Scales.FACTORS));
        a.vmovups(halfOf(g, t), half);
      }
    }
    begin(4);
    products(VECTORS / 2, VECTORS);
    for (int g = 0; g < groups; g++) {
      Vec factor = Vec.zmm(WEIGHTS + g);
      Vec both = Vec.zmm(X + g);
      a.vmovups(factor, scales(g, Int8Scales.SECOND_FACTORS));
      for (int t = 0; t < tokens; t++) {
        a.vcvtdq2ps(sum(g, t), sum(g, t));
        a.vmovups(both, halfOf(g, t));
        a.vfmadd231ps(both, sum(g, t), factor);
        Vec product = Vec.zmm(TEMPORARY + g);
        a.vmulps(product, Vec.zmm(SCALE + g), xScale(t));
        a.vfmadd231ps(chain(g, t), both, product);
      }
    }
  }

  /// Below the stack's end, where a function that calls none may write 128 bytes, there is not room
  /// enough; the fields end with room of their own.
  private static Mem halfOf(int g, int t) {
    return at(R9, ROOM_AT + 64 * (g * TOKENS + t));
  }

  /// Where the fields' room begins.
  static final int ROOM_AT = 128;

  /// Bytes of the last argument.
  public static final int FIELDS_BYTES = ROOM_AT + 64 * GROUPS * TOKENS;
}
