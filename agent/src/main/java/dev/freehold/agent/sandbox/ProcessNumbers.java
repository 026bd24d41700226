package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many numbers a process namespace has for its processes and threads: the kernel's limit that
/// holds root too, to whom `RLIMIT_NPROC` is none.
///
/// Source: kernel/pid.c and kernel/pid_namespace.c of Linux; each namespace has its own limit since
/// 6.14, and before that all had one, which is never touched here.
final class ProcessNumbers {
  /// Numbers below this one are given out once, and then no more.
  static final int RESERVED = 300;

  private static final int PROCESS_NAMESPACE = 0x20000000;
  private static final int FIRST_MAJOR = 6;
  private static final int FIRST_MINOR = 14;
  private static final int MAX_SETTING_BYTES = 256;
  private static final long SET_MILLIS = 10_000;
  private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\b.*");
  private static final String SCRIPT = "echo \"$1\" > /proc/sys/kernel/pid_max";

  private ProcessNumbers() {}

  /// Whether the kernel has such a limit and this program may set it, as root may.
  static boolean canBeLimited(LinuxCalls calls) {
    return isPerNamespace(setting(RELEASE)) && OwnThread.call(() -> mayEnter(calls));
  }

  /// A setting of the kernel in one read, since of a number nothing is told after the first; empty
  /// where it cannot be read.
  static String setting(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] text = new byte[MAX_SETTING_BYTES];
      return new String(text, 0, Math.max(0, in.read(text)), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "";
    }
  }

  static boolean isPerNamespace(String release) {
    Matcher matcher = VERSION.matcher(release);
    if (!matcher.matches()) {
      return false;
    }
    int major = Integer.parseInt(matcher.group(1));
    int minor = Integer.parseInt(matcher.group(2));
    return major > FIRST_MAJOR || major == FIRST_MAJOR && minor >= FIRST_MINOR;
  }

  /// Tried with the namespace that this program is in, which changes nothing.
  private static boolean mayEnter(LinuxCalls calls) {
    int own = (int) calls.call(CallNumbers.PIDFD_OPEN, ProcessHandle.current().pid(), 0);
    if (own < 0) {
      return false;
    }
    try {
      return calls.call(calls.numbers().enterNamespace(), own, PROCESS_NAMESPACE) == 0;
    } finally {
      calls.call(calls.numbers().close(), own);
    }
  }

  /// Limits a namespace in which nothing runs yet but its first process.
  ///
  /// That process was named by another program, and to limit another namespace, the machine's own
  /// above all, would hold up all that runs there. So it is asked of the kernel whose child it is
  /// and that it is the first of its namespace, and once more where the limit is about to be set.
  ///
  /// @param first a descriptor of the process
  /// @param number of the process
  /// @param parent the process that made it and its namespace
  /// @param processes that it has room for at least, and at most [#RESERVED] more
  static void limit(LinuxCalls calls, int first, int number, int parent, int processes) {
    Descriptors descriptors = new Descriptors(calls);
    boolean isFirst = isFirstOfNewNamespace(number, parent);
    if (!isFirst || descriptors.awaitReadable(first, 0)) {
      throw new SandboxException(
          "process " + number + " is not the first of a process namespace of its own");
    }
    Launch launch =
        new Launch(
            List.of("/bin/sh", "-c", SCRIPT, "sh", Integer.toString(RESERVED + processes + 1)),
            List.of(),
            Launch.Inherited.LIFELINE,
            Launch.OWN_GROUP,
            () -> enter(calls, first));
    try (StartedProcess process = new StartedProcess(calls, launch)) {
      Integer exit =
          process.descriptors().awaitReadable(process.end(), SET_MILLIS) ? process.exit() : null;
      if (exit == null || exit != 0) {
        throw new SandboxException("the number of the command's processes cannot be limited");
      }
    }
  }

  /// Whether the kernel lists it as a child of that parent, and as number 1 of a namespace one
  /// below this program's.
  static boolean isFirstOfNewNamespace(int number, int parent) {
    String status;
    try {
      status =
          Files.readString(Path.of("/proc/" + number + "/status"), StandardCharsets.ISO_8859_1);
    } catch (IOException ended) {
      return false;
    }
    return Pattern.compile("^PPid:\t" + parent + "$", Pattern.MULTILINE).matcher(status).find()
        && Pattern.compile("^NSpid:\t" + number + "\t1$", Pattern.MULTILINE).matcher(status).find();
  }

  /// What the calling thread starts from now on is in the namespace.
  private static void enter(LinuxCalls calls, int first) {
    long result = calls.call(calls.numbers().enterNamespace(), first, PROCESS_NAMESPACE);
    if (result < 0) {
      throw new SandboxException(
          "the command's process namespace cannot be entered (error " + -result + ")");
    }
    try {
      Path entered = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/pid_for_children"));
      if (entered.equals(Files.readSymbolicLink(Path.of("/proc/self/ns/pid")))) {
        throw new SandboxException("the command has no process namespace of its own");
      }
    } catch (IOException e) {
      throw new SandboxException("the entered namespace is not told: " + e.getMessage(), e);
    }
  }
}
