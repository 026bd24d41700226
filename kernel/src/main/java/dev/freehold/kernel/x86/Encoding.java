package dev.freehold.kernel.x86;

/// How one instruction on vectors is encoded, by VEX and by EVEX prefixes; the fields are those of
/// the manual's opcode column.
///
/// @param prefix the `pp` field: 0 none, 1 for 66, 2 for F3, 3 for F2
/// @param map 1 for 0F, 2 for 0F38, 3 for 0F3A
/// @param w the W bit of the EVEX form; the VEX forms used here all have W0 or ignore it
/// @param opcode the opcode's byte
/// @param memory how much of a vector a memory operand holds, which is the unit of a displacement
///   of one byte in the EVEX form
/// @param forms which of the two forms there are
record Encoding(int prefix, int map, int w, int opcode, Memory memory, Forms forms) {
  /// The part of the vector that memory holds.
  enum Memory {
    /// All of it, or one 32-bit number for every lane.
    FULL,
    /// All of it.
    WHOLE,
    HALF,
    QUARTER,
    /// 128 bits.
    XMM,
    /// 256 bits.
    YMM,
    /// One 32-bit number.
    ONE,
    /// One 16-bit number.
    SHORT;

    /// Bytes of an operand of an instruction on vectors of this many bytes.
    int bytes(int vector, boolean broadcast) {
      return switch (this) {
        case FULL -> broadcast ? 4 : vector;
        case WHOLE -> vector;
        case HALF -> vector / 2;
        case QUARTER -> vector / 4;
        case XMM -> 16;
        case YMM -> 32;
        case ONE -> 4;
        case SHORT -> 2;
      };
    }
  }

  enum Forms {
    BOTH,
    VEX,
    EVEX
  }

  static final int NONE = 0;
  static final int P66 = 1;
  static final int PF3 = 2;
  static final int MAP_0F = 1;
  static final int MAP_0F38 = 2;
  static final int MAP_0F3A = 3;

  static Encoding of(int prefix, int map, int opcode, Memory memory) {
    return new Encoding(prefix, map, 0, opcode, memory, Forms.BOTH);
  }

  /// The same with W1 in the EVEX form.
  Encoding wide() {
    return new Encoding(prefix, map, 1, opcode, memory, forms);
  }

  Encoding only(Forms newForms) {
    return new Encoding(prefix, map, w, opcode, memory, newForms);
  }
}
