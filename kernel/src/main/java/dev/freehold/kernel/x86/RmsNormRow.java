package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that normalizes groups of n elements that follow each other, for processors with
/// AVX-512: `y = (x r) weight`, `r = 1 / sqrt(sum(x^2) / n + epsilon)`; the squares are summed in
/// 32 lanes, joined by the tree 16-8-4-2-1. `y` may be `x`.
///
/// Arguments: the addresses that x, y and weights are counted from, and the bytes to the first of
/// each; n and epsilon, two float32; then, on the stack, the [Field]s.
public final class RmsNormRow {
  /// The arguments on the stack.
  public enum Field {
    /// How many times 32 elements a group has.
    WHOLE,
    /// Of what is left, the lanes of the first 16 elements, one bit each.
    FIRST,
    /// The lanes of the other 16.
    SECOND,
    GROUPS,
    /// Bytes of what is left.
    REST_BYTES,
    /// Bytes from the weights of a group to those of the next.
    WEIGHTS_STEP;

    private Mem place() {
      return at(RSP, 8 + 8 * ordinal());
    }
  }

  private static final Gp X = RDI;
  private static final Gp Y = RSI;
  private static final Gp WEIGHTS = RDX;
  private static final Gp GROUPS = RCX;
  private static final Gp LEFT = R8;
  private static final Gp SCALED = R9;
  private static final Gp WEIGHT = R10;

  private static final Vec N = Vec.xmm(0);
  private static final Vec EPSILON = Vec.xmm(1);
  private static final Vec ONE = Vec.xmm(2);
  private static final Vec[] SUMS = {Vec.zmm(3), Vec.zmm(4)};
  private static final Vec[] VALUES = {Vec.zmm(5), Vec.zmm(6)};
  private static final Vec T = Vec.zmm(7);
  private static final Vec FACTOR = Vec.zmm(8);
  private static final Mask[] LANES = {new Mask(1), new Mask(2)};

  private final Assembler a = new Assembler();
  private final boolean weighted;

  private RmsNormRow(boolean weighted) {
    this.weighted = weighted;
  }

  /// @param weighted whether there are weights; else all are 1
  public static byte[] emit(boolean weighted) {
    RmsNormRow row = new RmsNormRow(weighted);
    row.emit();
    return row.a.toArray();
  }

  private void emit() {
    a.mov(RAX, Float.floatToRawIntBits(1));
    a.vmovd(ONE, RAX);
    a.add(X, RCX);
    a.add(Y, R8);
    a.add(WEIGHTS, R9);
    a.mov(RAX, Field.FIRST.place());
    a.kmovw(LANES[0], RAX);
    a.mov(RAX, Field.SECOND.place());
    a.kmovw(LANES[1], RAX);
    a.mov(GROUPS, Field.GROUPS.place());
    Label group = new Label();
    a.bind(group);
    a.mov(SCALED, X);
    squares();
    factor();
    a.mov(WEIGHT, WEIGHTS);
    scale();
    a.add(WEIGHTS, Field.WEIGHTS_STEP.place());
    a.sub(GROUPS, 1);
    a.j(Condition.NOT_EQUAL, group);
    a.vzeroupper();
    a.ret();
  }

  private void loop(Runnable body) {
    Label again = new Label();
    Label end = new Label();
    a.mov(LEFT, Field.WHOLE.place());
    a.cmp(LEFT, 0);
    a.j(Condition.EQUAL, end);
    a.bind(again);
    body.run();
    a.sub(LEFT, 1);
    a.j(Condition.NOT_EQUAL, again);
    a.bind(end);
  }

  /// The squares of lanes that are left out are added as zeros, which changes no sum of squares.
  private void squares() {
    for (Vec sum : SUMS) {
      a.vpxord(sum, sum, sum);
    }
    loop(() -> {
      for (int i = 0; i < 2; i++) {
        a.vmovups(VALUES[i], at(SCALED, 64 * i));
        a.vfmadd231ps(SUMS[i], VALUES[i], VALUES[i]);
      }
      a.add(SCALED, 128);
    });
    for (int i = 0; i < 2; i++) {
      a.vmovups(VALUES[i], LANES[i], at(SCALED, 64 * i));
      a.vfmadd231ps(SUMS[i], VALUES[i], VALUES[i]);
    }
  }

  private void factor() {
    Vec sum = SUMS[0];
    a.vaddps(sum, sum, SUMS[1]);
    a.vshuff32x4(T, sum, sum, 0x4e);
    a.vaddps(sum, sum, T);
    a.vshuff32x4(T, sum, sum, 0xb1);
    a.vaddps(sum, sum, T);
    a.vshufps(T, sum, sum, 0x4e);
    a.vaddps(sum, sum, T);
    a.vshufps(T, sum, sum, 0xb1);
    a.vaddps(sum, sum, T);
    Vec one = Vec.xmm(sum.number());
    a.vdivps(one, one, N);
    a.vaddps(one, one, EPSILON);
    a.vsqrtps(one, one);
    a.vdivps(one, ONE, one);
    a.vbroadcastss(FACTOR, one);
  }

  private void scale() {
    loop(() -> {
      for (int i = 0; i < 2; i++) {
        a.vmulps(VALUES[i], FACTOR, at(X, 64 * i));
        if (weighted) {
          a.vmulps(VALUES[i], VALUES[i], at(WEIGHT, 64 * i));
        }
        a.vmovups(at(Y, 64 * i), VALUES[i]);
      }
      a.add(X, 128);
      a.add(Y, 128);
      a.add(WEIGHT, 128);
    });
    for (int i = 0; i < 2; i++) {
      a.vmovups(VALUES[i], LANES[i], at(X, 64 * i));
      a.vmulps(VALUES[i], VALUES[i], FACTOR);
      if (weighted) {
        a.vmovups(T, LANES[i], at(WEIGHT, 64 * i));
        a.vmulps(VALUES[i], VALUES[i], T);
      }
      a.vmovups(at(Y, 64 * i), LANES[i], VALUES[i]);
    }
    a.add(X, Field.REST_BYTES.place());
    a.add(Y, Field.REST_BYTES.place());
  }
}
