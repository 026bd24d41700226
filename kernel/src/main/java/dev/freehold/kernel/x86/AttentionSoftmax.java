package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that makes weights of the scores of a block of positions, in place, and takes the
/// block into the running softmax of each row.
///
/// Per row: `m = max s_j`; `w_j = exp(s_j - m)`; `l = sum of w_j` over 32 lanes, joined by the tree
/// 16-8-4-2-1; then `M' = max(M, m)`, `a = exp(M - M')`, `c = exp(m - M')`, `L' = fma(l, c, L a)`.
/// A position that is not seen has the score -infinity, and its weight is 0. A row begins with M =
/// -infinity and L = 0.
///
/// A maximum passes over NaN, unlike that of the definition; the weight of such a score is NaN, and
/// with it all that the row gives, in either.
///
/// Arguments: the address of the first row's first score, a multiple of 32 positions; the address
/// of the first row's [State]; rows; groups of 32 positions; bytes from a row of scores to the
/// next; the address of what will be read after this, where the kernel draws that nearer, so that
/// memory does not wait meanwhile.
public final class AttentionSoftmax {
  /// The float32 numbers of a row's running softmax.
  public enum State {
    /// M
    MAXIMUM,
    /// L
    SUM,
    /// a, the factor of what was there before the block.
    BEFORE,
    /// c, the factor of the block.
    BLOCK;

    public int bytes() {
      return 4 * ordinal();
    }
  }

  public static final int STATE_BYTES = 4 * State.values().length;

  /// Lines of 64 bytes that are drawn nearer with each group of positions, over and over again
  /// those of this many bytes, which leave room for others in the first cache.
  private static final int LINES = 8;

  private static final int DRAWN_BYTES = 16 << 10;

  private static final Vec MAX = Vec.zmm(0);
  private static final Vec OTHER_MAX = Vec.zmm(1);
  private static final Vec SUM = Vec.zmm(2);
  private static final Vec OTHER_SUM = Vec.zmm(3);
  private static final Vec X = Vec.zmm(4);
  private static final Vec T = Vec.zmm(5);
  private static final Vec P = Vec.zmm(6);
  private static final Vec RUNNING = Vec.zmm(7);
  private static final Vec BEFORE = Vec.zmm(8);
  private static final Vec SMALLER = Vec.zmm(9);
  private static final Vec LEAST = Vec.zmm(10);
  private static final int CONSTANTS = 11;

  private static final Gp NEXT = R10;
  private static final Gp DRAWN = R11;

  private final Assembler a = new Assembler();
  private final ExponentialSteps exp;
  private final boolean large;
  private final boolean draws;

  private AttentionSoftmax(Exponential constants, boolean large, boolean draws) {
    this.exp = new ExponentialSteps(a, constants, CONSTANTS);
    this.large = large;
    this.draws = draws;
  }

  /// @param large whether weights are left as much larger as [CacheElement#SMALLER] makes values
  ///   smaller
  /// @param draws whether what will be read next is drawn nearer
  public static byte[] emit(Exponential constants, boolean large, boolean draws) {
    AttentionSoftmax softmax = new AttentionSoftmax(constants, large, draws);
    softmax.emit();
    return softmax.a.toArray();
  }

  private void emit() {
    ExponentialSteps.number(a, SMALLER, CacheElement.SMALLER);
    ExponentialSteps.number(a, LEAST, Float.NEGATIVE_INFINITY);
    if (draws) {
      a.mov(NEXT, R9);
      a.mov(DRAWN, 0);
    }
    Label row = new Label();
    a.bind(row);
    maximum();
    weights();
    join();
    a.add(RDI, R8);
    a.add(RSI, STATE_BYTES);
    a.sub(RDX, 1);
    a.j(Condition.NOT_EQUAL, row);
    a.vzeroupper();
    a.ret();
  }

  private void maximum() {
    a.vmovups(MAX, LEAST);
    a.vmovups(OTHER_MAX, LEAST);
    Label group = begin();
    a.vmaxps(MAX, MAX, at(R9));
    a.vmaxps(OTHER_MAX, OTHER_MAX, at(R9, 64));
    end(group);
    a.vmaxps(MAX, MAX, OTHER_MAX);
    for (int step = 0; step < STEPS; step++) {
      swap(T, MAX, step);
      a.vmaxps(MAX, MAX, T);
    }
  }

  private Label begin() {
    Label group = new Label();
    a.mov(R9, RDI);
    a.mov(RAX, RCX);
    a.bind(group);
    return group;
  }

  private void end(Label group) {
    a.add(R9, 128);
    a.sub(RAX, 1);
    a.j(Condition.NOT_EQUAL, group);
  }

  private static final int STEPS = 4;

  /// Swaps halves of 16, 8, 4 and 2 lanes.
  private void swap(Vec to, Vec from, int step) {
    int choice = step % 2 == 0 ? 0x4e : 0xb1;
    if (step < 2) {
      a.vshuff32x4(to, from, from, choice);
    } else {
      a.vshufps(to, from, from, choice);
    }
  }

  private void weights() {
    a.vpxord(SUM, SUM, SUM);
    a.vpxord(OTHER_SUM, OTHER_SUM, OTHER_SUM);
    Label group = begin();
    for (int half = 0; half < 2; half++) {
      Mem place = at(R9, 64 * half);
      a.vmovups(X, place);
      a.vsubps(X, X, MAX);
      exp.write(X, T, P);
      if (!large) {
        a.vmulps(X, X, SMALLER);
      }
      a.vmovups(place, X);
      Vec sum = half == 0 ? SUM : OTHER_SUM;
      a.vaddps(sum, sum, X);
    }
    if (draws) {
      draw();
    }
    end(group);
    a.vaddps(SUM, SUM, OTHER_SUM);
    for (int step = 0; step < STEPS; step++) {
      swap(T, SUM, step);
      a.vaddps(SUM, SUM, T);
    }
    if (large) {
      a.vmulps(SUM, SUM, SMALLER);
    }
  }

  private void draw() {
    for (int line = 0; line < LINES; line++) {
      a.prefetchnta(at(NEXT, DRAWN, 1).plus(64 * line));
    }
    a.add(DRAWN, 64 * LINES);
    a.and(DRAWN, DRAWN_BYTES - 1);
  }

  /// The two factors are found together, each in half of a register's lanes.
  private void join() {
    a.vbroadcastss(BEFORE, state(State.MAXIMUM));
    a.vmaxps(RUNNING, BEFORE, MAX);
    store(State.MAXIMUM, RUNNING);
    a.vsubps(BEFORE, BEFORE, RUNNING);
    a.vsubps(X, MAX, RUNNING);
    a.vshuff32x4(BEFORE, BEFORE, X, 0x44);
    exp.write(BEFORE, T, P);
    a.vmulps(BEFORE, BEFORE, SMALLER);
    a.vshuff32x4(X, BEFORE, BEFORE, 0x4e);
    store(State.BEFORE, BEFORE);
    store(State.BLOCK, X);
    a.vmulps(T, BEFORE, state(State.SUM).broadcast());
    a.vfmadd231ps(T, SUM, X);
    store(State.SUM, T);
  }

  private static Mem state(State number) {
    return at(RSI, number.bytes());
  }

  private void store(State number, Vec from) {
    a.vmovss(state(number), Vec.xmm(from.number()));
  }
}
