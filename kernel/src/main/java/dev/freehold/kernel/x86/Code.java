package dev.freehold.kernel.x86;

import java.util.Arrays;

/// Bytes of machine code as they are written, and the parts that all instructions share: prefixes,
/// registers and places in memory.
final class Code {
  private byte[] bytes = new byte[1024];
  private int size;

  int size() {
    return size;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  void put(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  void putInt(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      put(value >> shift);
    }
  }

  void putLong(long value) {
    putInt((int) value);
    putInt((int) (value >> 32));
  }

  void patchInt(int at, int value) {
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (value >> 8 * i);
    }
  }

  /// REX.W, opcode and ModRM of an instruction with two general registers.
  void rexW(int opcode, int register, Gp other) {
    put(0x48 | bit(register, 3) << 2 | bit(other.number(), 3));
    put(opcode);
    registers(register, other.number());
  }

  /// The same with a place in memory; with `wide` the instruction is on 64 bits.
  void rex(boolean wide, int opcode, int register, Mem mem) {
    int rex = (wide ? 8 : 0) | bit(register, 3) << 2 | bit(index(mem), 3) << 1 | bit(base(mem), 3);
    if (rex != 0) {
      put(0x40 | rex);
    }
    if (opcode > 0xff) {
      put(opcode >> 8);
    }
    put(opcode);
    memory(register, mem, 1);
  }

  static int bit(int number, int position) {
    return number >> position & 1;
  }

  static int index(Mem mem) {
    Gp index = mem.index();
    return index == null ? 0 : index.number();
  }

  static int base(Mem mem) {
    return mem.base().number();
  }

  void registers(int register, int other) {
    put(0xc0 | (register & 7) << 3 | other & 7);
  }

  /// ModRM, SIB and displacement of a place in memory.
  ///
  /// @param unit what a displacement of one byte counts
  void memory(int register, Mem mem, int unit) {
    int base = base(mem) & 7;
    int displacement = mem.displacement();
    int scaled = displacement / unit;
    boolean none = displacement == 0 && base != 5;
    boolean small = displacement % unit == 0 && scaled == (byte) scaled;
    int mode = none ? 0 : small ? 1 : 2;
    boolean sib = mem.index() != null || base == 4;
    put(mode << 6 | (register & 7) << 3 | (sib ? 4 : base));
    if (sib) {
      int index = mem.index() == null ? 4 : index(mem) & 7;
      put(Integer.numberOfTrailingZeros(mem.scale()) << 6 | index << 3 | base);
    }
    if (mode == 1) {
      put(scaled);
    } else if (mode == 2) {
      putInt(displacement);
    }
  }

  /// An instruction with a VEX prefix.
  ///
  /// @param second the register of the field `vvvv`, 0 where there is none
  void vex(Encoding e, int register, int second, Operand last, int bits) {
    int b = last instanceof Mem mem ? bit(base(mem), 3) : bit(((Vec) last).number(), 3);
    int x = last instanceof Mem mem ? bit(index(mem), 3) : 0;
    int r = bit(register, 3);
    int lowBits = (~second & 15) << 3 | (bits == 256 ? 4 : 0) | e.prefix();
    if (x == 0 && b == 0 && e.map() == Encoding.MAP_0F) {
      put(0xc5);
      put((1 - r) << 7 | lowBits);
    } else {
      put(0xc4);
      put((1 - r) << 7 | (1 - x) << 6 | (1 - b) << 5 | e.map());
      put(lowBits);
    }
    put(e.opcode());
    if (last instanceof Mem mem) {
      memory(register, mem, 1);
    } else {
      registers(register, ((Vec) last).number());
    }
  }

  /// An instruction with an EVEX prefix, on all lanes.
  void evex(Encoding e, int register, int second, Operand last, int bits) {
    evex(e, register, second, last, bits, 0);
  }

  /// An instruction with an EVEX prefix.
  ///
  /// @param lanes the fields `z` and `aaa`, as they stand in the prefix's last byte
  void evex(Encoding e, int register, int second, Operand last, int bits, int lanes) {
    boolean broadcast = last instanceof Broadcast;
    Mem mem = last instanceof Mem m ? m : last instanceof Broadcast(Mem at) ? at : null;
    int other = last instanceof Vec vec ? vec.number() : 0;
    int x = mem == null ? bit(other, 4) : bit(index(mem), 3);
    int b = mem == null ? bit(other, 3) : bit(base(mem), 3);
    put(0x62);
    put(
        (1 - bit(register, 3)) << 7
            | (1 - x) << 6
            | (1 - b) << 5
            | (1 - bit(register, 4)) << 4
            | e.map());
    put(e.w() << 7 | (~second & 15) << 3 | 4 | e.prefix());
    int length = bits == 512 ? 2 : bits == 256 ? 1 : 0;
    put(lanes | length << 5 | (broadcast ? 1 : 0) << 4 | (1 - bit(second, 4)) << 3);
    put(e.opcode());
    if (mem == null) {
      registers(register, other);
    } else {
      memory(register, mem, e.memory().bytes(bits / 8, broadcast));
    }
  }
}
