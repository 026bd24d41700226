package dev.freehold.agent.sandbox;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a thread gives up for good, for itself and all that it starts.
final class ThreadRights {
  private static final int NO_NEW_PRIVILEGES = 38;
  private static final int DROP_CAPABILITY = 24;
  private static final int LAST_CAPABILITY = 63;
  private static final int CAPABILITY_VERSION = 0x20080522;
  private static final int SET_FILTER = 1;
  private static final int THIS_THREAD = 0;
  private static final int FIRST = -20;
  private static final int NICENESS = 5;

  private ThreadRights() {}

  /// The hope for more rights by programs that carry them.
  static void renounce(LinuxCalls calls) {
    need(calls.call(calls.numbers().control(), NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no new rights");
  }

  /// A part of its share of the processors, so that whoever watches a command is not kept waiting
  /// by it.
  static void beNice(LinuxCalls calls) {
    calls.call(calls.numbers().setPriority(), THIS_THREAD, 0, NICENESS);
  }

  /// Before all others, where this program may be, as root may: whoever ends too many processes
  /// must come to it beside them. A thread that it starts is to say for itself how nice it is.
  static void beFirst(LinuxCalls calls) {
    calls.call(calls.numbers().setPriority(), THIS_THREAD, 0, FIRST);
  }

  /// The same for another process.
  static void putFirst(LinuxCalls calls, int process) {
    calls.call(calls.numbers().setPriority(), THIS_THREAD, process, FIRST);
  }

  /// The rights of an administrator, where it has them; it stays the same person otherwise.
  static void dropCapabilities(LinuxCalls calls) {
    for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
      calls.call(calls.numbers().control(), DROP_CAPABILITY, capability, 0, 0, 0);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocate(8, Long.BYTES);
      header.set(ValueLayout.JAVA_INT, 0, CAPABILITY_VERSION);
      MemorySegment none = arena.allocate(24, Long.BYTES);
      need(
          calls.call(calls.numbers().setCapabilities(), header.address(), none.address()),
          "no capabilities");
    }
  }

  /// Calls that the filter does not allow.
  static void filter(LinuxCalls calls, byte[] program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(program.length, Long.BYTES);
      MemorySegment.copy(program, 0, copy, ValueLayout.JAVA_BYTE, 0, program.length);
      MemorySegment described = arena.allocate(16, Long.BYTES);
      described.set(
          ValueLayout.JAVA_SHORT, 0, (short) (program.length / FilterProgram.INSTRUCTION_BYTES));
      described.set(ValueLayout.ADDRESS, 8, copy);
      need(
          calls.call(calls.numbers().seccomp(), SET_FILTER, 0, described.address()),
          "a filter of system calls");
    }
  }

  private static void need(long result, String what) {
    if (result < 0) {
      throw new SandboxException(
          "the thread that starts commands could not be given "
              + what
              + " (error "
              + -result
              + ")");
    }
  }
}
