package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Encoding.MAP_0F;
import static dev.freehold.kernel.x86.Encoding.MAP_0F38;
import static dev.freehold.kernel.x86.Encoding.MAP_0F3A;
import static dev.freehold.kernel.x86.Encoding.NONE;
import static dev.freehold.kernel.x86.Encoding.P66;
import static dev.freehold.kernel.x86.Encoding.PF3;

import dev.freehold.kernel.x86.Encoding.Forms;
import dev.freehold.kernel.x86.Encoding.Memory;

/// Writes instructions of x86-64, one method each, named and ordered as in the manual: the
/// destination first. Here are those on vectors.
///
/// Instructions on vectors take the form with a VEX prefix where both are possible, and the form
/// with an EVEX prefix for vectors of 512 bits, for registers from 16 on and for a number in every
/// lane. An operand that no form takes is an error when it is written, not when it runs.
public final class Assembler extends GeneralAssembler {
  private static final Encoding VMOVUPS = Encoding.of(NONE, MAP_0F, 0x10, Memory.WHOLE);

  private static final Encoding VMOVUPS_STORE = Encoding.of(NONE, MAP_0F, 0x11, Memory.WHOLE);

  private static final Encoding VADDPS = Encoding.of(NONE, MAP_0F, 0x58, Memory.FULL);

  private static final Encoding VSUBPS = Encoding.of(NONE, MAP_0F, 0x5c, Memory.FULL);

  private static final Encoding VMULPS = Encoding.of(NONE, MAP_0F, 0x59, Memory.FULL);

  private static final Encoding VMAXPS = Encoding.of(NONE, MAP_0F, 0x5f, Memory.FULL);

  private static final Encoding VFMADD231PS = Encoding.of(P66, MAP_0F38, 0xb8, Memory.FULL);

  private static final Encoding VFMADD213PS = Encoding.of(P66, MAP_0F38, 0xa8, Memory.FULL);

  private static final Encoding VFNMADD231PS = Encoding.of(P66, MAP_0F38, 0xbc, Memory.FULL);

  private static final Encoding VPADDD = Encoding.of(P66, MAP_0F, 0xfe, Memory.FULL);

  private static final Encoding VPSUBD = Encoding.of(P66, MAP_0F, 0xfa, Memory.FULL);

  private static final Encoding VPMULLD = Encoding.of(P66, MAP_0F38, 0x40, Memory.FULL);

  private static final Encoding VPANDD =
      Encoding.of(P66, MAP_0F, 0xdb, Memory.FULL).only(Forms.EVEX);

  private static final Encoding VPORD =
      Encoding.of(P66, MAP_0F, 0xeb, Memory.FULL).only(Forms.EVEX);

  private static final Encoding VPXORD =
      Encoding.of(P66, MAP_0F, 0xef, Memory.FULL).only(Forms.EVEX);

  private static final Encoding VPAND =
      Encoding.of(P66, MAP_0F, 0xdb, Memory.WHOLE).only(Forms.VEX);

  private static final Encoding VPOR = Encoding.of(P66, MAP_0F, 0xeb, Memory.WHOLE).only(Forms.VEX);

  private static final Encoding VPXOR =
      Encoding.of(P66, MAP_0F, 0xef, Memory.WHOLE).only(Forms.VEX);

  private static final Encoding VPDPBUSD = Encoding.of(P66, MAP_0F38, 0x50, Memory.FULL);

  private static final Encoding VPMADDUBSW = Encoding.of(P66, MAP_0F38, 0x04, Memory.WHOLE);

  private static final Encoding VPMADDWD = Encoding.of(P66, MAP_0F, 0xf5, Memory.WHOLE);

  private static final Encoding VPADDW = Encoding.of(P66, MAP_0F, 0xfd, Memory.WHOLE);

  private static final Encoding VCVTDQ2PS = Encoding.of(NONE, MAP_0F, 0x5b, Memory.FULL);

  private static final Encoding VCVTPH2PS = Encoding.of(P66, MAP_0F38, 0x13, Memory.HALF);

  private static final Encoding VBROADCASTSS = Encoding.of(P66, MAP_0F38, 0x18, Memory.ONE);

  private static final Encoding VPBROADCASTD = Encoding.of(P66, MAP_0F38, 0x58, Memory.ONE);

  private static final Encoding VPBROADCASTD_GP =
      Encoding.of(P66, MAP_0F38, 0x7c, Memory.ONE).only(Forms.EVEX);

  private static final Encoding VPMOVZXBD = Encoding.of(P66, MAP_0F38, 0x31, Memory.QUARTER);

  private static final Encoding VPMOVSXBD = Encoding.of(P66, MAP_0F38, 0x21, Memory.QUARTER);

  private static final Encoding VPMOVZXWD = Encoding.of(P66, MAP_0F38, 0x33, Memory.HALF);

  private static final Encoding VPBROADCASTW = Encoding.of(P66, MAP_0F38, 0x79, Memory.SHORT);

  private static final Encoding VMOVSS_STORE = Encoding.of(PF3, MAP_0F, 0x11, Memory.ONE);

  private static final Encoding VSHUFPS = Encoding.of(NONE, MAP_0F, 0xc6, Memory.FULL);

  private static final Encoding VSHUFF32X4 =
      Encoding.of(P66, MAP_0F3A, 0x23, Memory.FULL).only(Forms.EVEX);

  private static final Encoding VPSRLD = Encoding.of(P66, MAP_0F, 0x72, Memory.FULL);

  private static final Encoding VPSLLD = Encoding.of(P66, MAP_0F, 0x72, Memory.FULL);

  private static final Encoding VPSRAD = Encoding.of(P66, MAP_0F, 0x72, Memory.FULL);

  private static final Encoding VPSRLW = Encoding.of(P66, MAP_0F, 0x71, Memory.WHOLE);

  public void vzeroupper() {
    code.put(0xc5);
    code.put(0xf8);
    code.put(0x77);
  }

  public void vmovups(Vec to, Operand from) {
    write(VMOVUPS, to, 0, from);
  }

  public void vmovups(Mem to, Vec from) {
    write(VMOVUPS_STORE, from, 0, to);
  }

  public void vaddps(Vec to, Vec a, Operand b) {
    three(VADDPS, to, a, b);
  }

  public void vsubps(Vec to, Vec a, Operand b) {
    three(VSUBPS, to, a, b);
  }

  public void vmulps(Vec to, Vec a, Operand b) {
    three(VMULPS, to, a, b);
  }

  public void vmaxps(Vec to, Vec a, Operand b) {
    three(VMAXPS, to, a, b);
  }

  public void vfmadd231ps(Vec to, Vec a, Operand b) {
    three(VFMADD231PS, to, a, b);
  }

  /// `to = a * to + b`
  public void vfmadd213ps(Vec to, Vec a, Operand b) {
    three(VFMADD213PS, to, a, b);
  }

  public void vfnmadd231ps(Vec to, Vec a, Operand b) {
    three(VFNMADD231PS, to, a, b);
  }

  public void vpaddd(Vec to, Vec a, Operand b) {
    three(VPADDD, to, a, b);
  }

  public void vpsubd(Vec to, Vec a, Operand b) {
    three(VPSUBD, to, a, b);
  }

  public void vpmulld(Vec to, Vec a, Operand b) {
    three(VPMULLD, to, a, b);
  }

  public void vpandd(Vec to, Vec a, Operand b) {
    three(VPANDD, to, a, b);
  }

  public void vpord(Vec to, Vec a, Operand b) {
    three(VPORD, to, a, b);
  }

  public void vpxord(Vec to, Vec a, Operand b) {
    three(VPXORD, to, a, b);
  }

  public void vpand(Vec to, Vec a, Operand b) {
    three(VPAND, to, a, b);
  }

  public void vpor(Vec to, Vec a, Operand b) {
    three(VPOR, to, a, b);
  }

  public void vpxor(Vec to, Vec a, Operand b) {
    three(VPXOR, to, a, b);
  }

  public void vpdpbusd(Vec to, Vec a, Operand b) {
    three(VPDPBUSD, to, a, b);
  }

  public void vpmaddubsw(Vec to, Vec a, Operand b) {
    three(VPMADDUBSW, to, a, b);
  }

  public void vpmaddwd(Vec to, Vec a, Operand b) {
    three(VPMADDWD, to, a, b);
  }

  public void vpaddw(Vec to, Vec a, Operand b) {
    three(VPADDW, to, a, b);
  }

  public void vcvtdq2ps(Vec to, Operand from) {
    write(VCVTDQ2PS, to, 0, from);
  }

  /// From a vector of half the width.
  public void vcvtph2ps(Vec to, Operand from) {
    write(VCVTPH2PS, to, 0, from);
  }

  /// From a vector of 128 bits, or memory.
  public void vbroadcastss(Vec to, Operand from) {
    write(VBROADCASTSS, to, 0, from);
  }

  /// From a vector of 128 bits, or memory.
  public void vpbroadcastd(Vec to, Operand from) {
    write(VPBROADCASTD, to, 0, from);
  }

  /// The low 32 bits of a general register in every lane.
  public void vpbroadcastd(Vec to, Gp from) {
    code.evex(VPBROADCASTD_GP, to.number(), 0, new Vec(from.number(), 128), to.bits());
  }

  /// From the bytes at a place in memory, a quarter of the width.
  public void vpmovzxbd(Vec to, Mem from) {
    write(VPMOVZXBD, to, 0, from);
  }

  /// From the bytes at a place in memory, a quarter of the width.
  public void vpmovsxbd(Vec to, Mem from) {
    write(VPMOVSXBD, to, 0, from);
  }

  /// From the 16-bit numbers at a place in memory, half the width.
  public void vpmovzxwd(Vec to, Mem from) {
    write(VPMOVZXWD, to, 0, from);
  }

  /// The 16 bits at a place in memory in every 16 bits.
  public void vpbroadcastw(Vec to, Mem from) {
    write(VPBROADCASTW, to, 0, from);
  }

  /// The lowest lane to memory.
  public void vmovss(Mem to, Vec from) {
    write(VMOVSS_STORE, from, 0, to);
  }

  /// In every 128 bits two lanes of `a`, then two of `b`, chosen by two bits each.
  public void vshufps(Vec to, Vec a, Vec b, int choice) {
    three(VSHUFPS, to, a, b);
    code.put(choice);
  }

  /// Two times 128 bits of `a`, then two of `b`, chosen by two bits each.
  public void vshuff32x4(Vec to, Vec a, Vec b, int choice) {
    three(VSHUFF32X4, to, a, b);
    code.put(choice);
  }

  public void vpsrld(Vec to, Vec from, int count) {
    shift(VPSRLD, 2, to, from, count);
  }

  public void vpslld(Vec to, Vec from, int count) {
    shift(VPSLLD, 6, to, from, count);
  }

  public void vpsrad(Vec to, Vec from, int count) {
    shift(VPSRAD, 4, to, from, count);
  }

  public void vpsrlw(Vec to, Vec from, int count) {
    shift(VPSRLW, 2, to, from, count);
  }

  private void three(Encoding encoding, Vec to, Vec a, Operand b) {
    sameWidth(to, a);
    write(encoding, to, a.number(), b);
  }

  /// A shift by a constant has its destination in the field `vvvv`.
  private void shift(Encoding encoding, int extension, Vec to, Vec from, int count) {
    sameWidth(to, from);
    if (needsEvex(encoding, to, from)) {
      code.evex(encoding, extension, to.number(), from, to.bits());
    } else {
      code.vex(encoding, extension, to.number(), from, to.bits());
    }
    code.put(count);
  }

  private void write(Encoding encoding, Vec register, int second, Operand last) {
    boolean evex = needsEvex(encoding, register, last) || second > 15;
    if (evex && encoding.forms() == Forms.VEX) {
      throw new IllegalArgumentException(
          "no form of opcode %02x with %s and %s".formatted(encoding.opcode(), register, last));
    }
    if (last instanceof Broadcast && encoding.memory() != Memory.FULL) {
      throw new IllegalArgumentException(
          "opcode %02x takes no number for every lane".formatted(encoding.opcode()));
    }
    if (last instanceof Vec vec && vec.bits() != lastBits(encoding, register)) {
      throw new IllegalArgumentException("widths differ: " + register + " and " + vec);
    }
    if (evex) {
      code.evex(encoding, register.number(), second, last, register.bits());
    } else {
      code.vex(encoding, register.number(), second, last, register.bits());
    }
  }

  private static int lastBits(Encoding encoding, Vec register) {
    return switch (encoding.memory()) {
      case FULL, WHOLE -> register.bits();
      case HALF -> Math.max(128, register.bits() / 2);
      case QUARTER, ONE, SHORT -> 128;
    };
  }

  private static boolean needsEvex(Encoding encoding, Vec register, Operand last) {
    return encoding.forms() == Forms.EVEX
        || register.bits() == 512
        || register.number() > 15
        || last instanceof Broadcast
        || last instanceof Vec vec && vec.number() > 15;
  }

  private static void sameWidth(Vec a, Vec b) {
    if (a.bits() != b.bits()) {
      throw new IllegalArgumentException("widths differ: " + a + " and " + b);
    }
  }
}
