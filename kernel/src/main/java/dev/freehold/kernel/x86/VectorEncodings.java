package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Encoding.MAP_0F;
import static dev.freehold.kernel.x86.Encoding.MAP_0F38;
import static dev.freehold.kernel.x86.Encoding.MAP_0F3A;
import static dev.freehold.kernel.x86.Encoding.NONE;
import static dev.freehold.kernel.x86.Encoding.P66;
import static dev.freehold.kernel.x86.Encoding.PF3;

import dev.freehold.kernel.x86.Encoding.Forms;
import dev.freehold.kernel.x86.Encoding.Memory;

/// How the instructions of [Assembler] are encoded, from the manual's opcode column.
final class VectorEncodings {
  static final Encoding VMOVUPS = Encoding.of(NONE, MAP_0F, 0x10, Memory.WHOLE);

  static final Encoding VMOVUPS_STORE = Encoding.of(NONE, MAP_0F, 0x11, Memory.WHOLE);

  static final Encoding VADDPS = Encoding.of(NONE, MAP_0F, 0x58, Memory.FULL);

  static final Encoding VSUBPS = Encoding.of(NONE, MAP_0F, 0x5c, Memory.FULL);

  static final Encoding VMULPS = Encoding.of(NONE, MAP_0F, 0x59, Memory.FULL);

  static final Encoding VDIVPS = Encoding.of(NONE, MAP_0F, 0x5e, Memory.FULL);

  static final Encoding VSCALEFPS = Encoding.of(P66, MAP_0F38, 0x2c, Memory.FULL).only(Forms.EVEX);

  static final Encoding VSQRTPS = Encoding.of(NONE, MAP_0F, 0x51, Memory.FULL);

  static final Encoding VMINPS = Encoding.of(NONE, MAP_0F, 0x5d, Memory.FULL);

  static final Encoding VMAXPS = Encoding.of(NONE, MAP_0F, 0x5f, Memory.FULL);

  static final Encoding VFMADD231PS = Encoding.of(P66, MAP_0F38, 0xb8, Memory.FULL);

  static final Encoding VFMADD213PS = Encoding.of(P66, MAP_0F38, 0xa8, Memory.FULL);

  static final Encoding VFMSUB231PS = Encoding.of(P66, MAP_0F38, 0xba, Memory.FULL);

  static final Encoding VFMADDSUB213PS = Encoding.of(P66, MAP_0F38, 0xa6, Memory.FULL);

  static final Encoding VFNMADD231PS = Encoding.of(P66, MAP_0F38, 0xbc, Memory.FULL);

  static final Encoding VPADDD = Encoding.of(P66, MAP_0F, 0xfe, Memory.FULL);

  static final Encoding VPADDQ = Encoding.of(P66, MAP_0F, 0xd4, Memory.WHOLE).wide();

  static final Encoding VPSUBD = Encoding.of(P66, MAP_0F, 0xfa, Memory.FULL);

  static final Encoding VPMULLD = Encoding.of(P66, MAP_0F38, 0x40, Memory.FULL);

  static final Encoding VPANDD = Encoding.of(P66, MAP_0F, 0xdb, Memory.FULL).only(Forms.EVEX);

  static final Encoding VPORD = Encoding.of(P66, MAP_0F, 0xeb, Memory.FULL).only(Forms.EVEX);

  static final Encoding VPXORD = Encoding.of(P66, MAP_0F, 0xef, Memory.FULL).only(Forms.EVEX);

  static final Encoding VPAND = Encoding.of(P66, MAP_0F, 0xdb, Memory.WHOLE).only(Forms.VEX);

  static final Encoding VPOR = Encoding.of(P66, MAP_0F, 0xeb, Memory.WHOLE).only(Forms.VEX);

  static final Encoding VPXOR = Encoding.of(P66, MAP_0F, 0xef, Memory.WHOLE).only(Forms.VEX);

  static final Encoding VPTERNLOGD = Encoding.of(P66, MAP_0F3A, 0x25, Memory.FULL).only(Forms.EVEX);

  static final Encoding VPDPBUSD = Encoding.of(P66, MAP_0F38, 0x50, Memory.FULL);

  static final Encoding VPMADDUBSW = Encoding.of(P66, MAP_0F38, 0x04, Memory.WHOLE);

  static final Encoding VPMADDWD = Encoding.of(P66, MAP_0F, 0xf5, Memory.WHOLE);

  static final Encoding VPADDW = Encoding.of(P66, MAP_0F, 0xfd, Memory.WHOLE);

  static final Encoding VPSIGNB = Encoding.of(P66, MAP_0F38, 0x08, Memory.WHOLE).only(Forms.VEX);

  static final Encoding VPABSB = Encoding.of(P66, MAP_0F38, 0x1c, Memory.WHOLE);

  static final Encoding VCVTDQ2PS = Encoding.of(NONE, MAP_0F, 0x5b, Memory.FULL);

  static final Encoding VCVTPS2DQ = Encoding.of(P66, MAP_0F, 0x5b, Memory.FULL);

  static final Encoding VCVTPH2PS = Encoding.of(P66, MAP_0F38, 0x13, Memory.HALF);

  static final Encoding VBROADCASTSS = Encoding.of(P66, MAP_0F38, 0x18, Memory.ONE);

  static final Encoding VPBROADCASTD = Encoding.of(P66, MAP_0F38, 0x58, Memory.ONE);

  static final Encoding VPBROADCASTD_GP =
      Encoding.of(P66, MAP_0F38, 0x7c, Memory.ONE).only(Forms.EVEX);

  static final Encoding VMOVD = Encoding.of(P66, MAP_0F, 0x6e, Memory.ONE).only(Forms.VEX);

  static final Encoding VPMOVZXBD = Encoding.of(P66, MAP_0F38, 0x31, Memory.QUARTER);

  static final Encoding VPMOVZXWD = Encoding.of(P66, MAP_0F38, 0x33, Memory.HALF);

  static final Encoding VPMOVSXBD = Encoding.of(P66, MAP_0F38, 0x21, Memory.QUARTER);

  static final Encoding VPBROADCASTW = Encoding.of(P66, MAP_0F38, 0x79, Memory.SHORT);

  static final Encoding VMOVSS_STORE = Encoding.of(PF3, MAP_0F, 0x11, Memory.ONE);

  static final Encoding VSHUFPS = Encoding.of(NONE, MAP_0F, 0xc6, Memory.FULL);

  static final Encoding VSHUFF32X4 = Encoding.of(P66, MAP_0F3A, 0x23, Memory.FULL).only(Forms.EVEX);

  static final Encoding VPSRLD = Encoding.of(P66, MAP_0F, 0x72, Memory.FULL);

  static final Encoding VPSLLD = Encoding.of(P66, MAP_0F, 0x72, Memory.FULL);

  static final Encoding VPSRAD = Encoding.of(P66, MAP_0F, 0x72, Memory.FULL);

  static final Encoding VPSRLW = Encoding.of(P66, MAP_0F, 0x71, Memory.WHOLE);

  static final Encoding VPMAXSD = Encoding.of(P66, MAP_0F38, 0x3d, Memory.FULL);

  static final Encoding VPSHUFB = Encoding.of(P66, MAP_0F38, 0x00, Memory.WHOLE);

  static final Encoding VPERMD = Encoding.of(P66, MAP_0F38, 0x36, Memory.FULL).only(Forms.EVEX);

  static final Encoding VPACKSSDW = Encoding.of(P66, MAP_0F, 0x6b, Memory.FULL);

  static final Encoding VPACKUSWB = Encoding.of(P66, MAP_0F, 0x67, Memory.WHOLE);

  static final Encoding VPUNPCKLDQ = Encoding.of(P66, MAP_0F, 0x62, Memory.FULL);

  static final Encoding VPUNPCKHDQ = Encoding.of(P66, MAP_0F, 0x6a, Memory.FULL);

  static final Encoding VPUNPCKLQDQ = Encoding.of(P66, MAP_0F, 0x6c, Memory.WHOLE).wide();

  static final Encoding VPUNPCKHQDQ = Encoding.of(P66, MAP_0F, 0x6d, Memory.WHOLE).wide();

  static final Encoding VSHUFI32X4 = Encoding.of(P66, MAP_0F3A, 0x43, Memory.FULL).only(Forms.EVEX);

  static final Encoding VINSERTI32X4 =
      Encoding.of(P66, MAP_0F3A, 0x38, Memory.XMM).only(Forms.EVEX);

  static final Encoding VINSERTI64X4 =
      Encoding.of(P66, MAP_0F3A, 0x3a, Memory.YMM).only(Forms.EVEX).wide();

  static final Encoding VBROADCASTI32X4 =
      Encoding.of(P66, MAP_0F38, 0x5a, Memory.XMM).only(Forms.EVEX);

  static final Encoding VPINSRB = Encoding.of(P66, MAP_0F3A, 0x20, Memory.ONE).only(Forms.VEX);

  static final Encoding VPINSRW = Encoding.of(P66, MAP_0F, 0xc4, Memory.ONE).only(Forms.VEX);

  static final Encoding VUNPCKLPS = Encoding.of(NONE, MAP_0F, 0x14, Memory.FULL);

  static final Encoding VUNPCKHPS = Encoding.of(NONE, MAP_0F, 0x15, Memory.FULL);

  static final Encoding VUNPCKLPD = Encoding.of(P66, MAP_0F, 0x14, Memory.WHOLE).wide();

  static final Encoding VUNPCKHPD = Encoding.of(P66, MAP_0F, 0x15, Memory.WHOLE).wide();

  static final Encoding KMOVW = Encoding.of(NONE, MAP_0F, 0x92, Memory.WHOLE).only(Forms.VEX);

  static final Encoding VPMOVD2M = Encoding.of(PF3, MAP_0F38, 0x39, Memory.WHOLE).only(Forms.EVEX);

  private VectorEncodings() {}
}
