package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel of the gated delta rule: some columns of one head's state, token after token.
///
/// Formula, per token, S the state `[keyDim][columns]`: `S = S * decay; r = chain over k of
/// fma(S[k], key[k]); d = (value - r) * beta; S[k] = fma(key[k], d, S[k]); y = chain over k of
/// fma(S[k], query[k])`, `k` ascending from +0. Lanes are columns, so that no lane meets another.
///
/// Between two tokens the state is read once: what the first adds and what the second recalls is
/// done in one pass. For many tokens the columns stand side by side in memory that stays in the
/// first cache; the first pass takes them there, the last one brings them back.
///
/// Arguments, all addresses: queries; keys; values; outputs; the state; [Field]s.
public final class DeltaRuleColumns {
  /// The fields of the last argument, 8 bytes each. Offsets are of the first token, strides from
  /// token to token, both in bytes.
  public enum Field {
    /// Elements of a key, at least one.
    KEY_DIM,
    /// At least one; one exactly for the kernel of one token.
    TOKENS,
    QUERY_OFFSET,
    QUERY_STRIDE,
    KEY_OFFSET,
    KEY_STRIDE,
    VALUE_OFFSET,
    VALUE_STRIDE,
    OUTPUT_OFFSET,
    OUTPUT_STRIDE,
    /// Stride from one row of the state to the next.
    STATE_OFFSET,
    STATE_STRIDE,
    /// Address of the tokens' decays and betas, float32 in turn.
    FACTORS,
    /// Address of keyDim times the columns, for many tokens.
    PACKED;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  public static final int FIELDS_BYTES = 8 * Field.values().length;

  /// Bytes of a token's decay and beta.
  public static final int FACTOR_BYTES = 8;

  /// How often the kernel goes through the state.
  public enum Use {
    /// Twice, where it is.
    ONE_TOKEN(8),
    /// Once a token and once more.
    MANY_TOKENS(4);

    private final int vectors;

    Use(int vectors) {
      this.vectors = vectors;
    }

    /// Most vectors of 16 columns.
    public int vectors() {
      return vectors;
    }
  }

  private static final Gp QUERY = RDI;
  private static final Gp KEY = RSI;
  private static final Gp VALUE = RDX;
  private static final Gp OUTPUT = RCX;
  private static final Gp STATE = R8;
  private static final Gp FIELDS = R9;
  private static final Gp FACTORS = R10;

  /// The key of the token that is recalled, one further than [#KEY].
  private static final Gp NEXT_KEY = RAX;

  private static final Gp K = RBX;
  private static final Gp KEY_DIM = R15;
  private static final Gp ROW = R11;
  private static final Gp STATE_STRIDE = R14;
  private static final Gp PACKED_ROW = R12;
  private static final Gp TOKENS = R13;
  private static final Gp[] SAVED = {RBX, R12, R13, R14, R15};

  private static final int CELLS = 24;
  private static final int CELL_REGISTERS = 4;
  private static final Vec ADDED_KEY = Vec.zmm(28);
  private static final Vec ASKED_QUERY = Vec.zmm(29);
  private static final Vec RECALLED_KEY = Vec.zmm(30);
  private static final Vec DECAY = Vec.zmm(31);

  private final Assembler a = new Assembler();
  private final Use use;
  private final int vectors;

  private DeltaRuleColumns(Use use, int vectors) {
    this.use = use;
    this.vectors = vectors;
  }

  /// @param vectors vectors of 16 columns
  public static byte[] emit(Use use, int vectors) {
    if (vectors < 1 || vectors > use.vectors) {
      throw new IllegalArgumentException(vectors + " vectors for " + use);
    }
    DeltaRuleColumns kernel = new DeltaRuleColumns(use, vectors);
    kernel.emit();
    return kernel.a.toArray();
  }

  private static Mem field(Field field) {
    return at(FIELDS, field.bytes());
  }

  private static Vec recalled(int v) {
    return Vec.zmm(v);
  }

  private static Vec delta(int v) {
    return Vec.zmm(8 + v);
  }

  private static Vec output(int v) {
    return Vec.zmm(16 + v);
  }

  private void emit() {
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.add(QUERY, field(Field.QUERY_OFFSET));
    a.add(KEY, field(Field.KEY_OFFSET));
    a.add(VALUE, field(Field.VALUE_OFFSET));
    a.add(OUTPUT, field(Field.OUTPUT_OFFSET));
    a.add(STATE, field(Field.STATE_OFFSET));
    a.mov(STATE_STRIDE, field(Field.STATE_STRIDE));
    a.mov(KEY_DIM, field(Field.KEY_DIM));
    a.mov(FACTORS, field(Field.FACTORS));
    a.mov(NEXT_KEY, KEY);
    clear();
    a.vbroadcastss(DECAY, at(FACTORS));
    pass(false, true);
    deltas();
    if (use == Use.MANY_TOKENS) {
      untilLast();
    }
    pass(true, false);
    outputs();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
  }

  private void untilLast() {
    Label token = new Label();
    Label last = new Label();
    a.mov(TOKENS, field(Field.TOKENS));
    a.bind(token);
    a.sub(TOKENS, 1);
    a.j(Condition.EQUAL, last);
    a.add(FACTORS, FACTOR_BYTES);
    a.mov(KEY, NEXT_KEY);
    a.add(NEXT_KEY, field(Field.KEY_STRIDE));
    a.vbroadcastss(DECAY, at(FACTORS));
    pass(true, true);
    outputs();
    deltas();
    a.jmp(token);
    a.bind(last);
    a.mov(KEY, NEXT_KEY);
  }

  /// Goes through the rows of the state.
  ///
  /// @param adds whether a token's delta is added and its output is summed
  /// @param recalls whether a token's decay is applied and what its key recalls is summed
  private void pass(boolean adds, boolean recalls) {
    boolean packed = use == Use.MANY_TOKENS;
    a.mov(ROW, STATE);
    if (packed) {
      a.mov(PACKED_ROW, field(Field.PACKED));
    }
    a.xor(K, K);
    Label row = new Label();
    a.bind(row);
    if (adds) {
      a.vbroadcastss(ADDED_KEY, at(KEY, K, 4));
      a.vbroadcastss(ASKED_QUERY, at(QUERY, K, 4));
    }
    if (recalls) {
      a.vbroadcastss(RECALLED_KEY, at(NEXT_KEY, K, 4));
    }
    for (int v = 0; v < vectors; v++) {
      Mem home = at(ROW, 64 * v);
      Mem near = packed ? at(PACKED_ROW, 64 * v) : home;
      Vec cell = Vec.zmm(CELLS + v % CELL_REGISTERS);
      a.vmovups(cell, adds ? near : home);
      if (!packed && adds) {
        a.vmulps(cell, cell, DECAY);
      }
      if (adds) {
        a.vfmadd231ps(cell, ADDED_KEY, delta(v));
        a.vfmadd231ps(output(v), cell, ASKED_QUERY);
      }
      if (recalls) {
        a.vmulps(cell, cell, DECAY);
        a.vfmadd231ps(recalled(v), cell, RECALLED_KEY);
      }
      if (packed || adds) {
        a.vmovups(recalls ? near : home, cell);
      }
    }
    a.add(ROW, STATE_STRIDE);
    if (packed) {
      a.add(PACKED_ROW, 64 * vectors);
    }
    a.add(K, 1);
    a.cmp(K, KEY_DIM);
    a.j(Condition.NOT_EQUAL, row);
  }

  private void clear() {
    for (int v = 0; v < vectors; v++) {
      a.vpxord(recalled(v), recalled(v), recalled(v));
      a.vpxord(output(v), output(v), output(v));
    }
  }

  /// Takes the sums of what was recalled; new ones begin.
  private void deltas() {
    a.vbroadcastss(ADDED_KEY, at(FACTORS, Float.BYTES));
    for (int v = 0; v < vectors; v++) {
      a.vmovups(delta(v), at(VALUE, 64 * v));
      a.vsubps(delta(v), delta(v), recalled(v));
      a.vmulps(delta(v), delta(v), ADDED_KEY);
    }
    a.add(VALUE, field(Field.VALUE_STRIDE));
    clear();
  }

  private void outputs() {
    for (int v = 0; v < vectors; v++) {
      a.vmovups(at(OUTPUT, 64 * v), output(v));
    }
    a.add(OUTPUT, field(Field.OUTPUT_STRIDE));
    a.add(QUERY, field(Field.QUERY_STRIDE));
  }
}
