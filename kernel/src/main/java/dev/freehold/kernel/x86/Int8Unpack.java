package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that unpacks a stretch of blocks of one group of 16 interleaved rows for [Int8Tile]:
/// weights to unsigned bytes `[blocks][8][16][4]`, scales to float32 as [Int8Scales] says.
///
/// Arguments, in this order, all of them addresses but the last: the group's bits and its scales,
/// where the stretch begins in each; nothing; where the weights and the scales go; the number of
/// blocks, for Q4_K and Q6_K a multiple of eight.
///
/// The stretch after this one is drawn into the cache meanwhile.
public final class Int8Unpack {
  /// The layouts of a prepared file: a group of rows is a sequence of records, each of which holds
  /// the scales of some blocks and then their bits; all scales of Q8_0 come before all bits.
  public enum Layout {
    /// Weights are used where they are; only scales are written.
    Q8_0(1, 32, 512),
    /// The last record of an odd number of blocks lacks the second one's bits.
    Q4_0(2, 64, 256),
    Q4_K(8, 320, 256),
    Q6_K(8, 320, 384);

    private final int recordBlocks;
    private final int scaleBytes;
    private final int blockBytes;

    Layout(int recordBlocks, int scaleBytes, int blockBytes) {
      this.recordBlocks = recordBlocks;
      this.scaleBytes = scaleBytes;
      this.blockBytes = blockBytes;
    }

    /// Blocks of a record.
    public int recordBlocks() {
      return recordBlocks;
    }

    /// Bytes of a block's bits.
    public int blockBytes() {
      return blockBytes;
    }

    /// Bytes from a record's end to the next one's bits.
    public int recordScaleBytes() {
      return this == Q8_0 ? 0 : scaleBytes;
    }

    /// Bytes from a record's scales to the next one's.
    public int recordBytes() {
      return this == Q8_0 ? scaleBytes : scaleBytes + recordBlocks * blockBytes;
    }
  }

  private static final int WEIGHT_BYTES = 512;

  private static final Vec LOW = Vec.zmm(24);
  private static final Vec TOP = Vec.zmm(25);
  private static final Vec SIGN = Vec.zmm(26);
  private static final Vec SCALE = Vec.zmm(16);
  private static final Vec MINIMUM_SCALE = Vec.zmm(17);

  private final Assembler a = new Assembler();
  private final Layout layout;

  /// Bytes of a stretch.
  private final int ahead;

  private Int8Unpack(Layout layout) {
    this.layout = layout;
    this.ahead = Int8Scales.BLOCKS / layout.recordBlocks() * layout.recordBytes();
  }

  public static byte[] emit(Layout layout) {
    Int8Unpack unpack = new Int8Unpack(layout);
    unpack.write();
    return unpack.a.toArray();
  }

  private void write() {
    Int8Steps.constant(a, LOW, 0x0f0f0f0f);
    Int8Steps.constant(a, TOP, 0x30303030);
    Int8Steps.constant(a, SIGN, 0x80000000);
    Label loop = new Label();
    Label end = new Label();
    a.bind(loop);
    for (int line = 0; line < layout.recordScaleBytes(); line += 64) {
      a.prefetcht0(at(RSI, ahead + line));
    }
    switch (layout) {
      case Q8_0 -> {
        scales(0);
        for (int i = 0; i < layout.blockBytes(); i += 64) {
          a.prefetcht0(at(RDI, Int8Scales.BLOCKS * layout.blockBytes() + i));
        }
        a.add(RDI, layout.blockBytes());
      }
      case Q4_0 -> {
        scales(0);
        nibbles();
        a.sub(R9, 1);
        a.j(Condition.EQUAL, end);
        scales(32);
        nibbles();
      }
      case Q4_K -> eightOf4K();
      case Q6_K -> eightOf6K();
    }
    a.add(RSI, layout.recordBytes());
    a.add(RDI, layout.recordScaleBytes());
    a.sub(R9, layout == Layout.Q4_0 ? 1 : layout.recordBlocks());
    a.j(Condition.NOT_EQUAL, loop);
    a.bind(end);
    a.vzeroupper();
    a.ret();
  }

  /// The scales of one block, in float16.
  private void scales(int from) {
    a.vcvtph2ps(SCALE, at(RSI, from));
    a.vmovups(at(R8), SCALE);
    a.add(R8, Int8Scales.BLOCK_BYTES);
  }

  /// Bits of the stretch, some bytes on; those of the next are drawn into the cache.
  private Mem bits(int bytes) {
    a.prefetcht0(at(RDI, ahead + bytes));
    return at(RDI, bytes);
  }

  /// The weights of one block of 4 bits.
  private void nibbles() {
    for (int i = 0; i < 4; i++) {
      Vec low = Vec.zmm(2 * i);
      Vec high = Vec.zmm(2 * i + 1);
      a.vmovups(low, bits(64 * i));
      a.vpsrlw(high, low, 4);
      a.vpandd(low, low, LOW);
      a.vpandd(high, high, LOW);
      a.vmovups(at(RCX, 128 * i), low);
      a.vmovups(at(RCX, 128 * i + 64), high);
    }
    a.add(RDI, layout.blockBytes());
    a.add(RCX, WEIGHT_BYTES);
  }

  /// A byte for each row, signed or not, as float32.
  private void bytes(Mem from, boolean signed, int to) {
    Vec value = Vec.zmm(18);
    if (signed) {
      a.vpmovsxbd(value, from);
    } else {
      a.vpmovzxbd(value, from);
    }
    a.vcvtdq2ps(value, value);
    a.vmovups(at(R8, to), value);
  }

  private void eightOf4K() {
    a.vcvtph2ps(SCALE, at(RSI));
    a.vcvtph2ps(MINIMUM_SCALE, at(RSI, 32));
    a.vpxord(MINIMUM_SCALE, MINIMUM_SCALE, SIGN);
    for (int s = 0; s < layout.recordBlocks(); s++) {
      a.vmovups(at(R8, Int8Scales.SCALES), SCALE);
      a.vmovups(at(R8, Int8Scales.MINIMUM_SCALES), MINIMUM_SCALE);
      bytes(at(RSI, 64 + 16 * s), false, Int8Scales.FACTORS);
      bytes(at(RSI, 192 + 16 * s), false, Int8Scales.MINIMUMS);
      a.add(R8, Int8Scales.BLOCK_BYTES);
      nibbles();
    }
  }

  private void eightOf6K() {
    a.vcvtph2ps(SCALE, at(RSI));
    for (int s = 0; s < layout.recordBlocks(); s++) {
      a.vmovups(at(R8, Int8Scales.SCALES), SCALE);
      bytes(at(RSI, 32 + 32 * s), true, Int8Scales.FACTORS);
      bytes(at(RSI, 48 + 32 * s), true, Int8Scales.SECOND_FACTORS);
      a.add(R8, Int8Scales.BLOCK_BYTES);
      sixBits();
    }
  }

  /// The weights of one block of 6 bits.
  private void sixBits() {
    Vec top = Vec.zmm(19);
    for (int half = 0; half < 2; half++) {
      Vec high = Vec.zmm(20);
      a.vmovups(high, bits(256 + 64 * half));
      for (int p = 0; p < 4; p++) {
        Vec low = Vec.zmm(p);
        int nibble = 2 * half + p / 2;
        a.vmovups(low, p % 2 == 0 ? bits(64 * nibble) : at(RDI, 64 * nibble));
        if (p % 2 == 1) {
          a.vpsrlw(low, low, 4);
        }
        a.vpandd(low, low, LOW);
        switch (p) {
          case 0 -> a.vpslld(top, high, 4);
          case 1 -> a.vpslld(top, high, 2);
          case 2 -> a.vpsrld(top, high, 0);
          default -> a.vpsrld(top, high, 2);
        }
        a.vpandd(top, top, TOP);
        a.vpord(low, low, top);
        a.vmovups(at(RCX, 256 * half + 64 * p), low);
      }
    }
    a.add(RDI, layout.blockBytes());
    a.add(RCX, WEIGHT_BYTES);
  }
}
