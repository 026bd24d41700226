package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.VectorEncodings.*;

import dev.freehold.kernel.x86.Encoding.Forms;
import dev.freehold.kernel.x86.Encoding.Memory;

/// Writes instructions of x86-64, one method each, named and ordered as in the manual: the
/// destination first. Here are those on vectors.
///
/// Instructions on vectors take the form with a VEX prefix where both are possible, and the form
/// with an EVEX prefix for vectors of 512 bits, for registers from 16 on and for a number in every
/// lane. An operand that no form takes is an error when it is written, not when it runs.
public final class Assembler extends GeneralAssembler {
  /// The field `z`: lanes that are left out become zero.
  private static final int ZERO_OTHERS = 0x80;

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

  /// Lanes of memory that the mask has; the others become zero, and their memory is not touched.
  public void vmovups(Vec to, Mask lanes, Mem from) {
    code.evex(VMOVUPS, to.number(), 0, from, to.bits(), ZERO_OTHERS | lanes.number());
  }

  /// Lanes to memory that the mask has; the memory of the others is not touched.
  public void vmovups(Mem to, Mask lanes, Vec from) {
    code.evex(VMOVUPS_STORE, from.number(), 0, to, from.bits(), lanes.number());
  }

  /// The low 16 bits of a general register.
  public void kmovw(Mask to, Gp from) {
    code.vex(KMOVW, to.number(), 0, new Vec(from.number(), 128), 128);
  }

  /// The lanes whose sign bit is set.
  public void vpmovd2m(Mask to, Vec from) {
    code.evex(VPMOVD2M, to.number(), 0, from, from.bits());
  }

  public void vunpcklps(Vec to, Vec a, Operand b) {
    three(VUNPCKLPS, to, a, b);
  }

  public void vunpckhps(Vec to, Vec a, Operand b) {
    three(VUNPCKHPS, to, a, b);
  }

  public void vunpcklpd(Vec to, Vec a, Operand b) {
    three(VUNPCKLPD, to, a, b);
  }

  public void vunpckhpd(Vec to, Vec a, Operand b) {
    three(VUNPCKHPD, to, a, b);
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

  /// Lanes that the mask has; the others stay as they are.
  public void vmulps(Vec to, Mask lanes, Vec a, Vec b) {
    code.evex(VMULPS, to.number(), a.number(), b, to.bits(), lanes.number());
  }

  /// `to = a 2^b` for a whole number b, rounded once.
  public void vscalefps(Vec to, Vec a, Operand b) {
    three(VSCALEFPS, to, a, b);
  }

  /// Lanes that the mask has; the others stay as they are.
  public void vscalefps(Vec to, Mask lanes, Vec a, Vec b) {
    code.evex(VSCALEFPS, to.number(), a.number(), b, to.bits(), lanes.number());
  }

  public void vdivps(Vec to, Vec a, Operand b) {
    three(VDIVPS, to, a, b);
  }

  public void vsqrtps(Vec to, Operand from) {
    write(VSQRTPS, to, 0, from);
  }

  public void vminps(Vec to, Vec a, Operand b) {
    three(VMINPS, to, a, b);
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

  public void vfmsub231ps(Vec to, Vec a, Operand b) {
    three(VFMSUB231PS, to, a, b);
  }

  /// `to = a * to - b` in even lanes, `a * to + b` in odd ones.
  public void vfmaddsub213ps(Vec to, Vec a, Operand b) {
    three(VFMADDSUB213PS, to, a, b);
  }

  public void vfnmadd231ps(Vec to, Vec a, Operand b) {
    three(VFNMADD231PS, to, a, b);
  }

  public void vpaddd(Vec to, Vec a, Operand b) {
    three(VPADDD, to, a, b);
  }

  public void vpaddq(Vec to, Vec a, Operand b) {
    three(VPADDQ, to, a, b);
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

  /// The choice of [#vpternlogd] for `to | a & b`.
  public static final int OR_AND = 0xf8;

  /// The choice of [#vpternlogd] for `~to & a`.
  public static final int NOT_AND = 0x0c;

  /// A function of the bits of `to`, `a` and `b`: bit `4 to + 2 a + b` of the choice.
  public void vpternlogd(Vec to, Vec a, Operand b, int choice) {
    three(VPTERNLOGD, to, a, b);
    code.put(choice);
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

  /// The bytes of `a` with the signs of `b`: negated where that is negative, 0 where it is 0.
  public void vpsignb(Vec to, Vec a, Operand b) {
    three(VPSIGNB, to, a, b);
  }

  /// Magnitudes of bytes; that of -128 is 128, as an unsigned byte.
  public void vpabsb(Vec to, Operand from) {
    write(VPABSB, to, 0, from);
  }

  public void vcvtdq2ps(Vec to, Operand from) {
    write(VCVTDQ2PS, to, 0, from);
  }

  /// Rounded to an integer as the processor's mode says, half to even unless it was changed; what
  /// does not fit becomes -2^31.
  public void vcvtps2dq(Vec to, Operand from) {
    write(VCVTPS2DQ, to, 0, from);
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

  /// The low 32 bits of a general register to the first lane of 128 bits, zeros to the others.
  public void vmovd(Vec to, Gp from) {
    if (to.bits() != 128) {
      throw new IllegalArgumentException("a register of 128 bits is needed, not " + to);
    }
    write(VMOVD, to, 0, new Vec(from.number(), 128));
  }

  /// From a vector of 128 bits, or the bytes at a place in memory, a quarter of the width.
  public void vpmovzxbd(Vec to, Operand from) {
    write(VPMOVZXBD, to, 0, from);
  }

  /// From the bytes at a place in memory, a quarter of the width.
  public void vpmovsxbd(Vec to, Mem from) {
    write(VPMOVSXBD, to, 0, from);
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
  public void vshuff32x4(Vec to, Vec a, Operand b, int choice) {
    three(VSHUFF32X4, to, a, b);
    code.put(choice);
  }

  /// From a vector of half the width.
  public void vpmovzxwd(Vec to, Operand from) {
    write(VPMOVZXWD, to, 0, from);
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

  public void vpmaxsd(Vec to, Vec a, Operand b) {
    three(VPMAXSD, to, a, b);
  }

  public void vpshufb(Vec to, Vec a, Operand b) {
    three(VPSHUFB, to, a, b);
  }

  /// The 32-bit lanes of `from` that `order` names.
  public void vpermd(Vec to, Vec order, Operand from) {
    three(VPERMD, to, order, from);
  }

  /// Within each 128 bits: those of `a`, then those of `b`, as 16 bits with saturation.
  public void vpackssdw(Vec to, Vec a, Operand b) {
    three(VPACKSSDW, to, a, b);
  }

  /// Within each 128 bits: those of `a`, then those of `b`, as unsigned bytes with saturation.
  public void vpackuswb(Vec to, Vec a, Operand b) {
    three(VPACKUSWB, to, a, b);
  }

  public void vpunpckldq(Vec to, Vec a, Operand b) {
    three(VPUNPCKLDQ, to, a, b);
  }

  public void vpunpckhdq(Vec to, Vec a, Operand b) {
    three(VPUNPCKHDQ, to, a, b);
  }

  public void vpunpcklqdq(Vec to, Vec a, Operand b) {
    three(VPUNPCKLQDQ, to, a, b);
  }

  public void vpunpckhqdq(Vec to, Vec a, Operand b) {
    three(VPUNPCKHQDQ, to, a, b);
  }

  public void vshufi32x4(Vec to, Vec a, Operand b, int order) {
    three(VSHUFI32X4, to, a, b);
    code.put(order);
  }

  /// The 128 bits at a place in memory, four times.
  public void vbroadcasti32x4(Vec to, Mem from) {
    write(VBROADCASTI32X4, to, 0, from);
  }

  /// With 128 bits of `b` in their place.
  public void vinserti32x4(Vec to, Vec a, Operand b, int place) {
    three(VINSERTI32X4, to, a, b);
    code.put(place);
  }

  /// With 256 bits of `b` in their place.
  public void vinserti64x4(Vec to, Vec a, Operand b, int place) {
    three(VINSERTI64X4, to, a, b);
    code.put(place);
  }

  /// With the byte at a place in memory among the 16 of `a`.
  public void vpinsrb(Vec to, Vec a, Mem b, int place) {
    three(VPINSRB, to, a, b);
    code.put(place);
  }

  /// With the 16 bits at a place in memory among the 8 of `a`.
  public void vpinsrw(Vec to, Vec a, Mem b, int place) {
    three(VPINSRW, to, a, b);
    code.put(place);
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
      case YMM -> 256;
      case QUARTER, XMM, ONE, SHORT -> 128;
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
