package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Lets one download of a file run at a time: among the threads of this object, and, by a lock on a
/// small file, among processes.
///
/// The system gives up a process's lock when any of its channels on that file is closed; so a
/// channel is opened only by the thread that holds the lock within this process.
final class FileLocks {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Map<Path, ReentrantLock> held = new HashMap<>();

  /// What is done while the lock is held.
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /// Runs `work` when nobody else holds the lock.
  <T> T with(Path file, Consumer<PullEvent> events, Work<T> work)
      throws IOException, InterruptedException {
    ReentrantLock own;
    synchronized (held) {
      own = held.computeIfAbsent(file.toAbsolutePath().normalize(), f -> new ReentrantLock());
    }
    if (!own.tryLock()) {
      events.accept(waiting());
      own.lockInterruptibly();
    }
    try (FileChannel channel = open(file);
        FileLock lock = acquire(channel, events)) {
      if (!lock.isValid()) {
        throw new HubException("the lock " + file + " was lost");
      }
      return work.run();
    } finally {
      own.unlock();
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private static FileLock acquire(FileChannel channel, Consumer<PullEvent> events)
      throws IOException, InterruptedException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      events.accept(waiting());
    }
    while (lock == null) {
      Thread.sleep(PAUSE);
      lock = channel.tryLock();
    }
    return lock;
  }

  private static PullEvent waiting() {
    return new PullEvent.Waiting("another pull fetches the same file", PAUSE);
  }
}
