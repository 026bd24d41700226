package dev.freehold.agent.sandbox;

import dev.freehold.agent.sandbox.Outcome.Ending;
import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/// Reads what a process writes and ends it where it goes over a limit.
final class Watch {
  private static final long TICK_MILLIS = 20;
  private static final long COUNT_NANOS = 200_000_000;
  private static final int READ_BYTES = 64 << 10;

  private final StartedProcess process;
  private final Command command;
  private final Cancellation cancellation;
  private final CommandTree tree;
  private final Capture capture;
  private final long start = System.nanoTime();
  private final FileStore disk;
  private final long freeAtStart;
  private final int threadsAtStart = ProcessTree.threadsOfAll();
  private long lastCount = start;

  Watch(StartedProcess process, Command command, Cancellation cancellation, CommandTree tree) {
    this.process = process;
    this.command = command;
    this.cancellation = cancellation;
    this.tree = tree;
    capture = new Capture(command.limits().outputBytes());
    try {
      disk = Files.getFileStore(command.workspace());
      freeAtStart = disk.getUsableSpace();
    } catch (IOException e) {
      throw new SandboxException(
          "the disk of '" + command.workspace() + "' cannot be measured: " + e.getMessage(), e);
    }
  }

  /// Returns when the process has ended.
  Outcome untilEnd() {
    Ending ending = Ending.EXITED;
    boolean open = true;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(READ_BYTES);
      while (process.exit() == null) {
        int output = open ? process.output() : -1;
        if (process.descriptors().awaitReadable(TICK_MILLIS, output, process.end())[0]) {
          open = read(buffer);
        }
        Optional<Ending> over = ending == Ending.EXITED ? overLimit() : Optional.empty();
        if (over.isPresent()) {
          ending = over.get();
          tree.kill();
        }
      }
      tree.kill();
      while (open && process.descriptors().awaitReadable(process.output(), 0)) {
        open = read(buffer);
      }
    }
    Integer exit = process.exit();
    return new Outcome(ending, exit == null ? -1 : exit, capture.text(), capture.omitted());
  }

  /// False when there will be no more.
  private boolean read(MemorySegment buffer) {
    int read = process.descriptors().read(process.output(), buffer);
    if (read > 0) {
      capture.add(buffer.asSlice(0, read));
    }
    return read > 0 || read == -LinuxCalls.EINTR;
  }

  private Optional<Ending> overLimit() {
    long now = System.nanoTime();
    if (cancellation.isCancelled()) {
      return Optional.of(Ending.CANCELLED);
    }
    if (now - start >= command.limits().time().toNanos()) {
      return Optional.of(Ending.TIMED_OUT);
    }
    boolean manyMore = ProcessTree.threadsOfAll() - threadsAtStart > command.limits().processes();
    if (!manyMore && now - lastCount < COUNT_NANOS) {
      return Optional.empty();
    }
    lastCount = now;
    return overCount();
  }

  private Optional<Ending> overCount() {
    List<Integer> processes = tree.processes(command.limits().processes() + 1);
    if (processes.size() > command.limits().processes()) {
      return Optional.of(Ending.PROCESSES);
    }
    long memory = processes.stream().mapToLong(ProcessTree::ownMemory).sum();
    if (memory > command.limits().memoryBytes()) {
      return Optional.of(Ending.MEMORY);
    }
    return freeAtStart - free() > command.limits().diskBytes()
        ? Optional.of(Ending.DISK)
        : Optional.empty();
  }

  private long free() {
    try {
      return disk.getUsableSpace();
    } catch (IOException e) {
      return freeAtStart;
    }
  }
}
