package dev.freehold.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the filters decide on each processor, computed from their instructions.
class CallFilterTest {
  private static final int FAIL = FilterProgram.FAIL_WITH;
  private static final int ALLOW = FilterProgram.ALLOW;

  /// Runs a filter as the kernel does.
  private static int decide(byte[] program, int processor, int number, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0, number).putInt(4, processor);
    for (int i = 0; i < arguments.length; i++) {
      data.putLong(16 + i * 8, arguments[i]);
    }
    ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    int word = 0;
    for (int at = 0; ; at++) {
      int base = at * FilterProgram.INSTRUCTION_BYTES;
      int value = code.getInt(base + 4);
      int ifTrue = code.get(base + 2) & 0xff;
      int ifFalse = code.get(base + 3) & 0xff;
      switch (code.getShort(base)) {
        case FilterProgram.LOAD_WORD -> word = data.getInt(value);
        case FilterProgram.RETURN -> {
          return value;
        }
        case FilterProgram.JUMP_IF_EQUAL -> at += word == value ? ifTrue : ifFalse;
        case FilterProgram.JUMP_IF_ANY_BIT -> at += (word & value) != 0 ? ifTrue : ifFalse;
        case FilterProgram.JUMP_IF_GREATER_OR_EQUAL ->
            at += Integer.compareUnsigned(word, value) >= 0 ? ifTrue : ifFalse;
        default -> throw new AssertionError("no such instruction at " + at);
      }
    }
  }

  private static int number(CallNumbers numbers, String name) {
    int[] both =
        Map.ofEntries(
                Map.entry("ptrace", new int[] {101, 117}),
                Map.entry("mount", new int[] {165, 40}),
                Map.entry("bpf", new int[] {321, 280}),
                Map.entry("keyctl", new int[] {250, 219}),
                Map.entry("io_uring_setup", new int[] {425, 425}),
                Map.entry("read", new int[] {0, 63}),
                Map.entry("execve", new int[] {59, 221}),
                Map.entry("socketpair", new int[] {53, 199}),
                Map.entry("socket", new int[] {41, 198}),
                Map.entry("clone", new int[] {56, 220}),
                Map.entry("clone3", new int[] {435, 435}),
                Map.entry("unshare", new int[] {272, 97}),
                Map.entry("ioctl", new int[] {16, 29}),
                Map.entry("inotify_add_watch", new int[] {254, 27}),
                Map.entry("setsid", new int[] {112, 157}),
                Map.entry("setpgid", new int[] {109, 154}),
                Map.entry("fchmodat", new int[] {268, 53}),
                Map.entry("utimensat", new int[] {280, 88}),
                Map.entry("prlimit64", new int[] {302, 261}),
                Map.entry("setpriority", new int[] {141, 140}))
            .getOrDefault(name, new int[2]);
    return numbers == CallNumbers.X86_64 ? both[0] : both[1];
  }

  @ParameterizedTest
  @CsvSource({
    // call, first, second, third argument, error within namespaces, error without
    "read, 0, 0, 0, 0, 0",
    "execve, 0, 0, 0, 0, 0",
    "socketpair, 1, 1, 0, 0, 0",
    "ptrace, 0, 0, 0, 1, 1",
    "mount, 0, 0, 0, 1, 1",
    "bpf, 0, 0, 0, 1, 1",
    "keyctl, 0, 0, 0, 1, 1",
    "io_uring_setup, 1, 0, 0, 1, 1",
    "clone3, 0, 0, 0, 38, 38",
    "clone, 0x4111, 0, 0, 0, 0",
    "clone, 0x10000011, 0, 0, 1, 1",
    "clone, 0x40000011, 0, 0, 1, 1",
    "unshare, 0x400, 0, 0, 0, 0",
    "unshare, 0x10000000, 0, 0, 1, 1",
    "unshare, 0x80, 0, 0, 1, 1",
    "socket, 1, 1, 0, 0, 13",
    "socket, 2, 1, 6, 0, 13",
    "socket, 10, 2, 0, 0, 13",
    "socket, 16, 3, 0, 0, 13",
    "socket, 16, 3, 12, 97, 13",
    "socket, 17, 3, 0, 97, 13",
    "socket, 38, 5, 0, 97, 13",
    "socket, 40, 1, 0, 97, 13",
    "ioctl, 0, 0x5412, 0, 1, 1",
    "ioctl, 0, 0x5401, 0, 0, 0",
    "inotify_add_watch, 3, 0x7f00, 2, 0, 1",
    "setsid, 0, 0, 0, 0, 1",
    "setpgid, 0, 0, 0, 0, 1",
    "setpgid, 0, 77, 0, 0, 0",
    "setpgid, 0, 0x10000004d, 0, 0, 1",
    "fchmodat, 0, 0, 0, 0, 1",
    "utimensat, 5, 0, 0, 0, 0",
    "utimensat, 5, 0x7f0000000000, 0, 0, 1",
    "utimensat, 5, 0x1234, 0, 0, 1",
    "prlimit64, 0, 7, 0, 0, 0",
    "prlimit64, 4711, 7, 0, 0, 1",
    "setpriority, 0, 0, 5, 0, 0",
    "setpriority, 0, 4711, 5, 0, 1"
  })
  void decides(String call, String first, String second, String third, int within, int without) {
    long[] arguments = {Long.decode(first), Long.decode(second), Long.decode(third)};
    for (CallNumbers numbers : CallNumbers.values()) {
      int number = number(numbers, call);
      int processor = numbers.auditName();
      assertThat(decide(CallFilter.withinNamespaces(numbers), processor, number, arguments))
          .as("%s within namespaces on %s", call, numbers)
          .isEqualTo(within == 0 ? ALLOW : FAIL | within);
      assertThat(decide(CallFilter.withoutNamespaces(numbers, 77), processor, number, arguments))
          .as("%s without namespaces on %s", call, numbers)
          .isEqualTo(without == 0 ? ALLOW : FAIL | without);
    }
  }

  @ParameterizedTest
  @CsvSource({"0x40000003, 3", "0, 0xC00000B7"})
  void callsByOtherNumbersFail(String number, String processor) {
    int decision =
        decide(
            CallFilter.withinNamespaces(CallNumbers.X86_64),
            processor.equals("3")
                ? CallNumbers.X86_64.auditName()
                : Long.decode(processor).intValue(),
            Long.decode(number).intValue());

    assertThat(decision).isNotEqualTo(ALLOW);
  }
}
