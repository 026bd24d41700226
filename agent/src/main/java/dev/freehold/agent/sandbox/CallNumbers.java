package dev.freehold.agent.sandbox;

import java.util.Locale;

/// The numbers that one processor's Linux gives to system calls that others number differently, and
/// what names that processor to a seccomp filter.
///
/// Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux.
enum CallNumbers {
  X86_64(0xC000003E),
  AARCH64(0xC00000B7);

  /// Calls that have one number everywhere.
  static final int PIDFD_SEND_SIGNAL = 424;

  static final int PIDFD_OPEN = 434;
  static final int LANDLOCK_CREATE_RULESET = 444;
  static final int LANDLOCK_ADD_RULE = 445;
  static final int LANDLOCK_RESTRICT_SELF = 446;

  private final int auditName;

  CallNumbers(int auditName) {
    this.auditName = auditName;
  }

  static CallNumbers ofThisMachine() {
    String system = System.getProperty("os.name", "");
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    if (!system.equals("Linux")) {
      throw new SandboxException("commands are confined on Linux only; this is " + system);
    }
    return switch (processor) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default ->
          throw new SandboxException(
              "commands are confined on x86-64 and aarch64; this is " + processor);
    };
  }

  /// AUDIT_ARCH_*, as a filter sees it.
  int auditName() {
    return auditName;
  }

  private int pick(int x86, int arm) {
    return this == X86_64 ? x86 : arm;
  }

  int read() {
    return pick(0, 63);
  }

  int write() {
    return pick(1, 64);
  }

  int close() {
    return pick(3, 57);
  }

  int seek() {
    return pick(8, 62);
  }

  int openAt() {
    return pick(257, 56);
  }

  int pipe() {
    return pick(293, 59);
  }

  /// `ppoll`, which both have.
  int poll() {
    return pick(271, 73);
  }

  int wait4() {
    return pick(61, 260);
  }

  int waitId() {
    return pick(247, 95);
  }

  int kill() {
    return pick(62, 129);
  }

  int control() {
    return pick(157, 167);
  }

  int setPriority() {
    return pick(141, 140);
  }

  /// `setns`.
  int enterNamespace() {
    return pick(308, 268);
  }

  int seccomp() {
    return pick(317, 277);
  }

  int setCapabilities() {
    return pick(126, 91);
  }

  int memoryFile() {
    return pick(319, 279);
  }
}
