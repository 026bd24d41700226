package dev.freehold.vault.parity;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// Two pieces of work that are done at the same time, one of them by the caller.
final class SideBySide {
  private SideBySide() {}

  /// What is done.
  interface Work {
    void run() throws IOException;
  }

  /// Returns when both have ended, in whatever way. Where the caller's own fails, or the caller is
  /// interrupted, the other is interrupted too.
  ///
  /// @throws InterruptedIOException where the caller was interrupted while it waited for the other
  static void run(Work own, Work other) throws IOException {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          other.run();
          return true;
        });
    Thread thread = Thread.ofPlatform().name("parity").daemon().start(task);
    try {
      own.run();
    } catch (IOException | RuntimeException | Error failure) {
      thread.interrupt();
      if (join(thread)) {
        Thread.currentThread().interrupt();
      }
      throw failure;
    }
    if (join(thread)) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
    if (task.state() == Future.State.FAILED) {
      throw rethrown(task.exceptionNow());
    }
  }

  /// Waits for the thread, and says whether this one was interrupted meanwhile.
  private static boolean join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException stopped) {
        interrupted = true;
        thread.interrupt();
      }
    }
  }

  private static IOException rethrown(Throwable failure) {
    return switch (failure) {
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> new IOException(failure.getMessage(), failure);
    };
  }
}
