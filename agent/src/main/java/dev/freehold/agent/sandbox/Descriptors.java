package dev.freehold.agent.sandbox;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// File descriptors by number: pipes, files in memory, and waiting for them.
final class Descriptors {
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int MEMORY_FILE_CLOSE_ON_EXEC = 1;
  private static final short POLL_IN = 1;
  private static final int POLL_ENTRY_BYTES = 8;

  private final LinuxCalls calls;

  Descriptors(LinuxCalls calls) {
    this.calls = calls;
  }

  /// The two ends of a pipe.
  record Pipe(int readEnd, int writeEnd) {}

  Pipe pipe() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
      need(calls.call(calls.numbers().pipe(), ends.address(), CLOSE_ON_EXEC), "a pipe");
      return new Pipe(
          ends.getAtIndex(ValueLayout.JAVA_INT, 0), ends.getAtIndex(ValueLayout.JAVA_INT, 1));
    }
  }

  /// A file without a name that holds these bytes and is read from their beginning.
  int memoryFile(byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom("freehold");
      CallNumbers numbers = calls.numbers();
      int file =
          need(
              calls.call(numbers.memoryFile(), name.address(), MEMORY_FILE_CLOSE_ON_EXEC),
              "a file in memory");
      MemorySegment copy = arena.allocate(Math.max(1, bytes.length));
      MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
      for (long done = 0; done < bytes.length; ) {
        done +=
            need(
                calls.call(numbers.write(), file, copy.address() + done, bytes.length - done),
                "a file in memory");
      }
      need(calls.call(numbers.seek(), file, 0, 0), "a file in memory");
      return file;
    }
  }

  /// Opens a path for nothing but naming it; negative where it cannot be opened.
  int name(String path) {
    int pathOnly = 0x200000;
    int currentFolder = -100;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path, StandardCharsets.UTF_8);
      return (int)
          calls.call(
              calls.numbers().openAt(), currentFolder, name.address(), pathOnly | CLOSE_ON_EXEC);
    }
  }

  /// How many bytes were read; 0 at the end, negative where it failed.
  int read(int descriptor, MemorySegment into) {
    return (int) calls.call(calls.numbers().read(), descriptor, into.address(), into.byteSize());
  }

  void close(int descriptor) {
    calls.call(calls.numbers().close(), descriptor);
  }

  /// Waits until `descriptor` can be read, has ended, or the time is over; false for the last.
  boolean awaitReadable(int descriptor, long millis) {
    return awaitReadable(millis, descriptor)[0];
  }

  /// The same for several of which any may be first; negative ones are passed over.
  boolean[] awaitReadable(long millis, int... waitedFor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entries = arena.allocate((long) POLL_ENTRY_BYTES * waitedFor.length, 8);
      for (int i = 0; i < waitedFor.length; i++) {
        entries.set(ValueLayout.JAVA_INT, (long) i * POLL_ENTRY_BYTES, waitedFor[i]);
        entries.set(ValueLayout.JAVA_SHORT, (long) i * POLL_ENTRY_BYTES + 4, POLL_IN);
      }
      MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
      time.setAtIndex(ValueLayout.JAVA_LONG, 0, millis / 1000);
      time.setAtIndex(ValueLayout.JAVA_LONG, 1, millis % 1000 * 1_000_000);
      calls.call(calls.numbers().poll(), entries.address(), waitedFor.length, time.address(), 0, 0);
      boolean[] ready = new boolean[waitedFor.length];
      for (int i = 0; i < waitedFor.length; i++) {
        ready[i] = entries.get(ValueLayout.JAVA_SHORT, (long) i * POLL_ENTRY_BYTES + 6) != 0;
      }
      return ready;
    }
  }

  private static int need(long result, String what) {
    if (result < 0) {
      throw new SandboxException(
          "the system gave no " + what.replaceFirst("^a ", "") + " (error " + -result + ")");
    }
    return (int) result;
  }
}
