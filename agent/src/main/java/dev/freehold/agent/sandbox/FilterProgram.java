package dev.freehold.agent.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Writes a seccomp filter: instructions of classic BPF over the number, processor and arguments of
/// a system call.
///
/// Source: seccomp(2), include/uapi/linux/{bpf_common,filter,seccomp}.h of Linux.
final class FilterProgram {
  static final int INSTRUCTION_BYTES = 8;

  static final int LOAD_WORD = 0x20;
  static final int JUMP_IF_EQUAL = 0x15;
  static final int JUMP_IF_GREATER_OR_EQUAL = 0x35;
  static final int JUMP_IF_ANY_BIT = 0x45;
  static final int RETURN = 0x06;

  static final int ALLOW = 0x7fff0000;
  static final int KILL = 0x80000000;
  static final int FAIL_WITH = 0x00050000;

  private static final int NUMBER = 0;
  private static final int PROCESSOR = 4;
  private static final int ARGUMENTS = 16;

  private final List<long[]> instructions = new ArrayList<>();

  private void add(int code, int ifTrue, int ifFalse, int value) {
    instructions.add(new long[] {code, ifTrue, ifFalse, value & 0xffffffffL});
  }

  /// Ends a process that calls as another processor's programs do, whose numbers differ.
  void requireProcessor(int auditName) {
    add(LOAD_WORD, 0, 0, PROCESSOR);
    add(JUMP_IF_EQUAL, 1, 0, auditName);
    add(RETURN, 0, 0, KILL);
  }

  void failFrom(int number, int error) {
    add(LOAD_WORD, 0, 0, NUMBER);
    add(JUMP_IF_GREATER_OR_EQUAL, 0, 1, number);
    add(RETURN, 0, 0, FAIL_WITH | error);
  }

  /// The call fails whatever its arguments are.
  void fail(int number, int error) {
    add(LOAD_WORD, 0, 0, NUMBER);
    add(JUMP_IF_EQUAL, 0, 1, number);
    add(RETURN, 0, 0, FAIL_WITH | error);
  }

  /// The call fails where the argument has any of these bits of its lower word.
  void failWithBits(int number, int argument, int bits, int error) {
    add(LOAD_WORD, 0, 0, NUMBER);
    add(JUMP_IF_EQUAL, 0, 3, number);
    add(LOAD_WORD, 0, 0, lower(argument));
    add(JUMP_IF_ANY_BIT, 0, 1, bits);
    add(RETURN, 0, 0, FAIL_WITH | error);
  }

  /// The call fails where the lower word of the argument is one of these.
  void failWithValues(int number, int argument, List<Integer> values, int error) {
    for (int value : values) {
      add(LOAD_WORD, 0, 0, NUMBER);
      add(JUMP_IF_EQUAL, 0, 3, number);
      add(LOAD_WORD, 0, 0, lower(argument));
      add(JUMP_IF_EQUAL, 0, 1, value);
      add(RETURN, 0, 0, FAIL_WITH | error);
    }
  }

  /// The call fails where the argument is anything but zero.
  void failUnlessZero(int number, int argument, int error) {
    failUnlessEqual(number, argument, 0, error);
  }

  /// The call fails where the argument is anything but this.
  void failUnlessEqual(int number, int argument, int value, int error) {
    add(LOAD_WORD, 0, 0, NUMBER);
    add(JUMP_IF_EQUAL, 0, 5, number);
    add(LOAD_WORD, 0, 0, lower(argument));
    add(JUMP_IF_EQUAL, 0, 2, value);
    add(LOAD_WORD, 0, 0, lower(argument) + 4);
    add(JUMP_IF_EQUAL, 1, 0, 0);
    add(RETURN, 0, 0, FAIL_WITH | error);
  }

  /// `socket` fails but for these families; for `onlyProtocolZero` also with another protocol.
  void failButFamilies(int number, List<Integer> families, int onlyProtocolZero, int error) {
    int checks = families.size();
    add(LOAD_WORD, 0, 0, NUMBER);
    add(JUMP_IF_EQUAL, 0, checks + 5, number);
    add(LOAD_WORD, 0, 0, lower(0));
    for (int i = 0; i < checks; i++) {
      add(JUMP_IF_EQUAL, checks - i + 3, 0, families.get(i));
    }
    add(JUMP_IF_EQUAL, 0, 2, onlyProtocolZero);
    add(LOAD_WORD, 0, 0, lower(2));
    add(JUMP_IF_EQUAL, 1, 0, 0);
    add(RETURN, 0, 0, FAIL_WITH | error);
  }

  private static int lower(int argument) {
    return ARGUMENTS + argument * Long.BYTES;
  }

  /// The program; what it names nowhere is allowed.
  byte[] toBytes() {
    add(RETURN, 0, 0, ALLOW);
    ByteBuffer bytes =
        ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long[] instruction : instructions) {
      bytes.putShort((short) instruction[0]);
      bytes.put((byte) instruction[1]).put((byte) instruction[2]);
      bytes.putInt((int) instruction[3]);
    }
    return bytes.array();
  }
}
