package dev.freehold.agent.sandbox;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// A set of Landlock rules: what is named may be done, everything else of its kind may not.
///
/// Source: landlock(7), Documentation/userspace-api/landlock.rst of Linux.
final class Landlock implements AutoCloseable {
  /// The first version that limits all that is needed where nothing else confines: the truncation
  /// of files (3), TCP (4), device requests (5), signals and abstract sockets (6).
  static final int SUFFICIENT = 6;

  private static final int VERSION_ONLY = 1;
  private static final int RULE_BELOW_PATH = 1;
  private static final int ATTRIBUTE_BYTES = 24;
  private static final int RULE_BYTES = 12;

  private static final long EXECUTE = 1;
  private static final long WRITE_FILE = 1 << 1;
  private static final long READ_FILE = 1 << 2;
  private static final long READ_FOLDER = 1 << 3;
  private static final long REMOVE = 1 << 4 | 1 << 5;
  private static final long MAKE_DEVICE = 1 << 6 | 1 << 11;
  private static final long MAKE = 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12;
  private static final long REFER = 1 << 13;
  private static final long TRUNCATE = 1 << 14;
  private static final long DEVICE_REQUEST = 1 << 15;
  private static final long ALL_FILES =
      EXECUTE
          | WRITE_FILE
          | READ_FILE
          | READ_FOLDER
          | REMOVE
          | MAKE_DEVICE
          | MAKE
          | REFER
          | TRUNCATE
          | DEVICE_REQUEST;
  private static final long READ = EXECUTE | READ_FILE | READ_FOLDER;
  private static final long ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_REQUEST;
  private static final long ALL_CONNECTIONS = 0b11;
  private static final long ALL_SCOPES = 0b11;

  private final LinuxCalls calls;
  private final Descriptors descriptors;
  private final int rules;

  private Landlock(LinuxCalls calls, long files, long connections) {
    this.calls = calls;
    descriptors = new Descriptors(calls);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attribute = arena.allocate(ATTRIBUTE_BYTES, Long.BYTES);
      attribute.setAtIndex(ValueLayout.JAVA_LONG, 0, files);
      attribute.setAtIndex(ValueLayout.JAVA_LONG, 1, connections);
      attribute.setAtIndex(ValueLayout.JAVA_LONG, 2, ALL_SCOPES);
      rules =
          (int)
              calls.call(
                  CallNumbers.LANDLOCK_CREATE_RULESET, attribute.address(), ATTRIBUTE_BYTES, 0);
    }
    if (rules < 0) {
      throw new SandboxException("Landlock takes no rules (error " + -rules + ")");
    }
  }

  /// The version that the kernel has; 0 where it has none or it is switched off.
  static int version(LinuxCalls calls) {
    return (int) Math.max(0, calls.call(CallNumbers.LANDLOCK_CREATE_RULESET, 0, 0, VERSION_ONLY));
  }

  /// Rules over files, TCP, signals and abstract sockets.
  static Landlock ofEverything(LinuxCalls calls) {
    return new Landlock(calls, ALL_FILES, ALL_CONNECTIONS);
  }

  /// Rules over signals and abstract sockets only: a process with rules over files may not mount,
  /// and so could not make namespaces.
  static Landlock ofSignals(LinuxCalls calls) {
    return new Landlock(calls, 0, 0);
  }

  void allowReading(Path path) {
    allow(path, READ);
  }

  /// Of devices such as `/dev/null`.
  void allowDevice(Path path) {
    allow(path, READ_FILE | WRITE_FILE);
  }

  void allowWriting(Path path) {
    allow(path, ALL_FILES & ~MAKE_DEVICE & ~DEVICE_REQUEST);
  }

  private void allow(Path path, long rights) {
    int named = descriptors.name(path.toString());
    if (named < 0) {
      throw new SandboxException("'" + path + "' cannot be opened (error " + -named + ")");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rule = arena.allocate(RULE_BYTES, Long.BYTES);
      long fitting = Files.isDirectory(path) ? rights : rights & ON_FILES;
      rule.set(ValueLayout.JAVA_LONG, 0, fitting);
      rule.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.nativeOrder()), Long.BYTES, named);
      long result =
          calls.call(CallNumbers.LANDLOCK_ADD_RULE, rules, RULE_BELOW_PATH, rule.address(), 0);
      if (result < 0) {
        throw new SandboxException(
            "Landlock has no rule for '" + path + "' (error " + -result + ")");
      }
    } finally {
      descriptors.close(named);
    }
  }

  /// Confines the calling thread, and all that it starts, for good.
  void restrictThread() {
    ThreadRights.renounce(calls);
    long result = calls.call(CallNumbers.LANDLOCK_RESTRICT_SELF, rules, 0);
    if (result < 0) {
      throw new SandboxException("Landlock does not confine (error " + -result + ")");
    }
  }

  @Override
  public void close() {
    descriptors.close(rules);
  }
}
