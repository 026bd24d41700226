package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// Chains of products of bytes on registers, which a processor's int8 rate is measured with.
///
/// `sum += u[0] s[0] + ... + u[3] s[3]` in each 32-bit lane of each chain, where u are unsigned and
/// s signed bytes. No chain waits for another.
///
/// Arguments: the steps, at least 1; the address of [#DATA_BYTES] bytes with the [Field]s, of which
/// those from SUMS on are written.
public final class Int8Chains {
  /// The instructions that multiply bytes.
  public enum Form {
    AVX512_VNNI(512),
    AVX_VNNI(256),
    /// Three instructions for what the others do in one.
    AVX2(256);

    private final int bits;

    Form(int bits) {
      this.bits = bits;
    }

    /// Multiplications and additions of a step, over all chains.
    public long operations() {
      return 2L * CHAINS * bits / 8;
    }

    /// Lanes of 32 bits.
    public int lanes() {
      return bits / 32;
    }
  }

  /// Where things stand in the second argument, 64 bytes each.
  public enum Field {
    UNSIGNED,
    SIGNED,
    /// 16-bit numbers that are 1.
    ONES,
    /// The first values of each chain.
    START,
    /// The sums of all chains, lane by lane.
    SUMS;

    public int bytes() {
      return 64 * ordinal();
    }
  }

  public static final int DATA_BYTES = 64 * Field.values().length;

  /// More than latency times units of any processor here.
  public static final int CHAINS = 12;

  private static final int PRODUCTS = 12;
  private static final int UNSIGNED = 13;
  private static final int SIGNED = 14;
  private static final int ONES = 15;

  private final Assembler a = new Assembler();
  private final Form form;

  private Int8Chains(Form form) {
    this.form = form;
  }

  public static byte[] emit(Form form) {
    Int8Chains chains = new Int8Chains(form);
    chains.write();
    return chains.a.toArray();
  }

  private Vec vec(int number) {
    return new Vec(number, form.bits);
  }

  private void write() {
    a.vmovups(vec(UNSIGNED), at(RSI, Field.UNSIGNED.bytes()));
    a.vmovups(vec(SIGNED), at(RSI, Field.SIGNED.bytes()));
    a.vmovups(vec(ONES), at(RSI, Field.ONES.bytes()));
    for (int chain = 0; chain < CHAINS; chain++) {
      a.vmovups(vec(chain), at(RSI, Field.START.bytes()));
    }
    Label step = new Label();
    a.bind(step);
    for (int chain = 0; chain < CHAINS; chain++) {
      multiply(vec(chain));
    }
    a.sub(RDI, 1);
    a.j(Condition.NOT_EQUAL, step);
    for (int chain = 1; chain < CHAINS; chain++) {
      a.vpaddd(vec(0), vec(0), vec(chain));
    }
    a.vmovups(at(RSI, Field.SUMS.bytes()), vec(0));
    a.vzeroupper();
    a.ret();
  }

  private void multiply(Vec sum) {
    switch (form) {
      case AVX512_VNNI, AVX_VNNI -> a.vpdpbusd(sum, vec(UNSIGNED), vec(SIGNED));
      case AVX2 -> {
        a.vpmaddubsw(vec(PRODUCTS), vec(UNSIGNED), vec(SIGNED));
        a.vpmaddwd(vec(PRODUCTS), vec(PRODUCTS), vec(ONES));
        a.vpaddd(sum, sum, vec(PRODUCTS));
      }
    }
  }
}
