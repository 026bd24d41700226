package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

import dev.freehold.kernel.x86.Int8Tile.Ending;
import dev.freehold.kernel.x86.Int8Tile.Field;
import dev.freehold.kernel.x86.Int8Unpack.Layout;

/// [Int8Tile] with vectors of 256 bits, for processors with AVX2: the same arguments, the same
/// bits.
///
/// There are sixteen registers. So a tile is cut into smaller ones, of 16 rows and three tokens or
/// of 8 rows and six: six hold sums of integers, six sums of floats, four are left to work with.
public final class Int8Tile256 {
  private static final int VECTORS = 8;
  private static final int SUMS = 6;
  private static final int FREE = 2 * SUMS;
  private static final Vec[] WORK = {
    Vec.ymm(FREE), Vec.ymm(FREE + 1), Vec.ymm(FREE + 2), Vec.ymm(FREE + 3)
  };
  private static final Gp[] SAVED = {RBX, RBP, R12, R13, R14, R15};
  private static final Gp[] PLACES = {RSI, RDX, RCX, RDI, R15};
  private static final Mem CONSTANTS = at(R9, Int8Tile.ROOM_AT);
  private static final int HALVES_AT = Int8Tile.ROOM_AT + Int8Products.CONSTANT_BYTES;

  private final Assembler a = new Assembler();
  private final Ending ending;
  private final Int8Products products;

  /// Vectors of rows of a small tile, and its tokens.
  private final int width;

  private int tokens;

  private Int8Tile256(Ending ending, Int8Products products) {
    this.ending = ending;
    this.products = products;
    this.width = products == Int8Products.VNNI || products == Int8Products.NIBBLES ? 2 : 1;
  }

  /// The kernel for tiles of this size.
  ///
  /// @param vnni whether the processor has AVX-VNNI
  public static byte[] emit(int groups, int tokens, Layout layout, boolean vnni) {
    Int8Tile256 tile = new Int8Tile256(Ending.of(layout), Int8Products.of(layout, vnni));
    tile.emit(groups, tokens);
    return tile.a.toArray();
  }

  private void emit(int groups, int all) {
    for (Gp register : SAVED) {
      a.push(register);
    }
    Int8Products.constants(a, CONSTANTS, 0);
    a.add(RSI, field(Field.X_OFFSET));
    a.add(RDX, field(Field.X_SCALES_OFFSET));
    a.add(RCX, field(Field.STARTS_OFFSET));
    a.add(R8, field(Field.OUT_OFFSET));
    a.mov(R10, field(Field.X_STRIDE));
    a.mov(R12, field(Field.X_SCALES_STRIDE));
    a.mov(R14, field(Field.GROUP_STRIDE));
    a.mov(RAX, field(Field.TILES));
    Int8Steps.repeat(
        a,
        () -> {
          for (int from = 0; from < all; from += tokens) {
            tokens = Math.min(SUMS / width, all - from);
            someTokens(groups);
          }
        });
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
  }

  private static Mem field(Field field) {
    return at(R9, field.bytes());
  }

  /// Some tokens with all rows; then on to the next tokens.
  private void someTokens(int groups) {
    a.push(RDI);
    a.push(R8);
    a.mov(R15, field(Field.SCALES));
    a.mov(RAX, groups);
    Int8Steps.repeat(
        a,
        () -> {
          a.mov(RAX, 2 / width);
          Int8Steps.repeat(
              a,
              () -> {
                for (Gp place : PLACES) {
                  a.push(place);
                }
                tile();
                for (int i = PLACES.length - 1; i >= 0; i--) {
                  a.pop(PLACES[i]);
                }
                a.add(RDI, 32 * width);
                a.add(R15, 32 * width);
                a.add(R8, 32 * width);
                moveChains(32 * width);
              });
          a.add(RDI, R14);
          a.sub(RDI, 64);
          a.add(R15, Int8Scales.GROUP_BYTES - 64);
        });
    a.pop(R8);
    a.pop(RDI);
    moveChains(tokens * Int8Tile.CHAIN_BYTES - 64 * groups);
    a.mov(R11, field(Field.STARTS_STRIDE));
    for (int t = 0; t < tokens; t++) {
      a.add(RSI, R10);
      a.add(RDX, R12);
      a.add(RCX, R11);
      a.add(R8, field(Field.OUT_STRIDE));
    }
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

  /// A place three strides on.
  private void fourth(Gp to, Gp first, Gp stride) {
    a.lea(to, at(first, stride, 2));
    a.add(to, stride);
  }

  private Vec sum(int v, int t) {
    return Vec.ymm(v * tokens + t);
  }

  private Vec chain(int v, int t) {
    return Vec.ymm(SUMS + v * tokens + t);
  }

  private void tile() {
    beginChains();
    fourth(RBX, RSI, R10);
    fourth(RBP, RDX, R12);
    a.mov(R11, field(Field.STARTS_STRIDE));
    fourth(R13, RCX, R11);
    a.mov(RAX, field(Field.BLOCKS));
    Label block = new Label();
    a.bind(block);
    switch (ending) {
      case OFFSET -> blockWithOffset();
      case MINIMUM -> blockWithMinimum();
      case HALVES -> blockOfHalves();
    }
    a.add(RDI, VECTORS * 64);
    a.add(RSI, 32);
    a.add(RBX, 32);
    a.add(RDX, 4);
    a.add(RBP, 4);
    int startBytes = ending == Ending.HALVES ? 8 : 4;
    a.add(RCX, startBytes);
    a.add(R13, startBytes);
    a.add(R15, Int8Scales.BLOCK_BYTES);
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, block);
    endChains();
  }

  private void moveChains(int bytes) {
    a.mov(R11, field(Field.CHAINS));
    a.add(R11, bytes);
    a.mov(field(Field.CHAINS), R11);
  }

  private static Mem kept(int v, int t) {
    return at(R11, t * Int8Tile.CHAIN_BYTES + 32 * v);
  }

  private void beginChains() {
    Label fresh = new Label();
    Label done = new Label();
    a.mov(RAX, field(Field.CONTINUED));
    a.cmp(RAX, 0);
    a.j(Condition.EQUAL, fresh);
    a.mov(R11, field(Field.CHAINS));
    for (int t = 0; t < tokens; t++) {
      for (int v = 0; v < width; v++) {
        a.vmovups(chain(v, t), kept(v, t));
      }
    }
    a.jmp(done);
    a.bind(fresh);
    for (int t = 0; t < tokens; t++) {
      for (int v = 0; v < width; v++) {
        Int8Products.zero(a, chain(v, t));
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
      for (int v = 0; v < width; v++) {
        a.vmovups(at(R11, 32 * v), chain(v, t));
      }
      a.add(R11, field(Field.OUT_STRIDE));
    }
    a.jmp(done);
    a.bind(keep);
    a.mov(R11, field(Field.CHAINS));
    for (int t = 0; t < tokens; t++) {
      for (int v = 0; v < width; v++) {
        a.vmovups(kept(v, t), chain(v, t));
      }
    }
    a.bind(done);
  }

  private Mem start(int t) {
    return token(t, RCX, R13, R11);
  }

  private Mem xScale(int t) {
    return token(t, RDX, RBP, R12);
  }

  private Mem four(int t, int i) {
    return token(t, RSI, RBX, R10).plus(4 * i);
  }

  private static Mem scales(int v, int region) {
    return at(R15, region + 32 * v);
  }

  /// Sums begin with the starts from `bytes` on, or with 0.
  private void begin(int bytes) {
    for (int t = 0; t < tokens; t++) {
      for (int v = 0; v < width; v++) {
        if (bytes < 0 || !products.beginsAtStarts()) {
          Int8Products.zero(a, sum(v, t));
        } else {
          a.vpbroadcastd(sum(v, t), start(t).plus(bytes));
        }
      }
    }
  }

  /// Adds the products of some of a block's vectors to the sums.
  private void products(int from, int to) {
    switch (products) {
      case VNNI, NIBBLES -> {
        for (int i = from; i < to; i++) {
          productsOfTwoVectors(i);
        }
      }
      case BYTES -> {
        for (int i = from; i < to; i++) {
          productsOfBytes(i);
        }
      }
      case SIX_BITS -> {
        for (int i = from; i < to; i += 2) {
          productsOfSixBits(i);
        }
      }
    }
  }

  private void productsOfTwoVectors(int i) {
    for (int v = 0; v < width; v++) {
      a.vmovups(WORK[v], at(RDI, 64 * i + 32 * v));
    }
    for (int t = 0; t < tokens; t++) {
      a.vpbroadcastd(WORK[2], four(t, i));
      for (int v = 0; v < width; v++) {
        products.add(a, sum(v, t), new Vec[] {WORK[v]}, WORK[2], WORK[3], CONSTANTS);
      }
    }
  }

  private void productsOfBytes(int i) {
    a.vmovups(WORK[0], at(RDI, 64 * i));
    a.vpxor(WORK[0], WORK[0], Int8Products.flip(CONSTANTS));
    a.vpabsb(WORK[1], WORK[0]);
    for (int t = 0; t < tokens; t++) {
      Vec x = WORK[2 + t % 2];
      a.vpbroadcastd(x, four(t, i));
      products.add(a, sum(0, t), new Vec[] {WORK[0], WORK[1]}, x, x, CONSTANTS);
    }
  }

  private void productsOfSixBits(int i) {
    Vec[] weights = {WORK[0], WORK[1]};
    Vec[] x = {WORK[2], WORK[3]};
    a.vmovups(weights[0], at(RDI, 64 * i));
    a.vmovups(weights[1], at(RDI, 64 * i + 64));
    for (int t = 0; t < tokens; t++) {
      a.vpbroadcastd(x[0], four(t, i));
      a.vpbroadcastd(x[1], four(t, i + 1));
      products.addTwo(a, sum(0, t), weights, x, x, CONSTANTS);
    }
  }

  private void blockWithOffset() {
    begin(0);
    products(0, VECTORS);
    Vec xScale = WORK[0];
    Vec start = WORK[1];
    for (int t = 0; t < tokens; t++) {
      a.vbroadcastss(xScale, xScale(t));
      boolean late = products == Int8Products.NIBBLES;
      if (late) {
        a.vpbroadcastd(start, start(t));
      }
      for (int v = 0; v < width; v++) {
        products.widen(a, sum(v, t), CONSTANTS);
        if (late) {
          a.vpaddd(sum(v, t), sum(v, t), start);
        }
        a.vcvtdq2ps(sum(v, t), sum(v, t));
        a.vmulps(WORK[2 + v], xScale, scales(v, Int8Scales.SCALES));
        a.vfmadd231ps(chain(v, t), sum(v, t), WORK[2 + v]);
      }
    }
  }

  private void blockWithMinimum() {
    begin(-1);
    products(0, VECTORS);
    Vec xScale = WORK[0];
    Vec xSum = WORK[1];
    Vec product = WORK[2];
    Vec scale = WORK[3];
    for (int t = 0; t < tokens; t++) {
      a.vbroadcastss(xScale, xScale(t));
      a.vbroadcastss(xSum, start(t));
      for (int v = 0; v < width; v++) {
        products.widen(a, sum(v, t), CONSTANTS);
        a.vcvtdq2ps(sum(v, t), sum(v, t));
        Mem factors = scales(v, Int8Scales.FACTORS);
        Int8Products.multiplyAndAddZero(a, product, sum(v, t), factors);
        a.vmulps(scale, xScale, scales(v, Int8Scales.SCALES));
        a.vfmadd231ps(chain(v, t), product, scale);
        Mem minimums = scales(v, Int8Scales.MINIMUMS);
        Int8Products.multiplyAndAddZero(a, product, xSum, minimums);
        a.vmulps(scale, xScale, scales(v, Int8Scales.MINIMUM_SCALES));
        a.vfmadd231ps(chain(v, t), product, scale);
      }
    }
  }

  private void blockOfHalves() {
    begin(0);
    products(0, VECTORS / 2);
    // The first halves' summands are kept in memory: all registers hold sums.
    for (int t = 0; t < tokens; t++) {
      for (int v = 0; v < width; v++) {
        a.vcvtdq2ps(sum(v, t), sum(v, t));
        Mem factors = scales(v, Int8Scales.FACTORS);
        Int8Products.multiplyAndAddZero(a, WORK[t % 2], sum(v, t), factors);
        a.vmovups(halfOf(v, t), WORK[t % 2]);
      }
    }
    begin(4);
    products(VECTORS / 2, VECTORS);
    Vec xScale = WORK[0];
    Vec both = WORK[1];
    for (int t = 0; t < tokens; t++) {
      a.vbroadcastss(xScale, xScale(t));
      for (int v = 0; v < width; v++) {
        a.vcvtdq2ps(sum(v, t), sum(v, t));
        a.vmovups(both, halfOf(v, t));
        a.vfmadd231ps(both, sum(v, t), scales(v, Int8Scales.SECOND_FACTORS));
        a.vmulps(WORK[2], xScale, scales(v, Int8Scales.SCALES));
        a.vfmadd231ps(chain(v, t), both, WORK[2]);
      }
    }
  }

  private Mem halfOf(int v, int t) {
    return at(R9, HALVES_AT + 32 * (v * tokens + t));
  }
}
