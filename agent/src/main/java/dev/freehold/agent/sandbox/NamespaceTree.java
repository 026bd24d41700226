package dev.freehold.agent.sandbox;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// All processes of one command: those of its process namespace, whose first one bubblewrap names.
///
/// When the first process of such a namespace ends, however that comes, the kernel kills all
/// others, and tells its end only when they have ended too.
final class NamespaceTree implements CommandTree {
  private static final int KILL = 9;
  private static final long REPORT_MILLIS = 10_000;
  private static final long END_MILLIS = 10_000;
  private static final int MAX_REPORT_BYTES = 4096;
  private static final Pattern FIRST = Pattern.compile("\"child-pid\"\\s*:\\s*(\\d{1,9})");
  private static final Pattern HAS_RUN = Pattern.compile("\"exit-code\"\\s*:");

  private final LinuxCalls calls;
  private final StartedProcess process;
  private final StringBuilder report = new StringBuilder();
  private final int firstNumber;
  private final int first;

  NamespaceTree(LinuxCalls calls, StartedProcess process) {
    this.calls = calls;
    this.process = process;
    long until = System.nanoTime() + REPORT_MILLIS * 1_000_000;
    Matcher named = FIRST.matcher(report);
    while (!named.find() && System.nanoTime() < until && readReport(100)) {
      named.reset();
    }
    firstNumber = named.reset().find() ? Integer.parseInt(named.group(1)) : -1;
    first = firstNumber < 0 ? -1 : (int) calls.call(CallNumbers.PIDFD_OPEN, firstNumber, 0);
  }

  /// False when there will be no more.
  private boolean readReport(long millis) {
    Descriptors descriptors = process.descriptors();
    if (!descriptors.awaitReadable(process.secondPipe(), millis)) {
      return true;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(MAX_REPORT_BYTES);
      int read = descriptors.read(process.secondPipe(), buffer);
      if (read > 0 && report.length() < MAX_REPORT_BYTES) {
        byte[] bytes = buffer.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE);
        report.append(new String(bytes, StandardCharsets.US_ASCII));
      }
      return read > 0;
    }
  }

  /// Has the kernel hold the command to a number of processes, before it begins.
  void limit(int processes) {
    if (first >= 0) {
      ProcessNumbers.limit(calls, first, firstNumber, process.pid(), processes);
    }
  }

  @Override
  public List<Integer> processes(int atMost) {
    return first < 0 ? List.of() : ProcessTree.inNamespaceOf(firstNumber, atMost);
  }

  @Override
  public void kill() {
    if (first >= 0) {
      ThreadRights.putFirst(calls, firstNumber);
      calls.call(CallNumbers.PIDFD_SEND_SIGNAL, first, KILL, 0, 0);
    }
    if (process.exit() == null) {
      calls.call(calls.numbers().kill(), process.pid(), KILL);
    }
  }

  @Override
  public void awaitEnd() {
    if (first >= 0 && !process.descriptors().awaitReadable(first, END_MILLIS)) {
      throw new SandboxException(CommandTree.DOES_NOT_END);
    }
  }

  /// Whether the command itself was started, asked when all has ended.
  boolean hasRun() {
    while (process.descriptors().awaitReadable(process.secondPipe(), 0) && readReport(0)) {
      // until all is read
    }
    return HAS_RUN.matcher(report).find();
  }

  @Override
  public void close() {
    if (first >= 0) {
      process.descriptors().close(first);
    }
  }
}
