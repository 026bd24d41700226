package dev.freehold.cli;

import dev.freehold.vault.VaultException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.jline.utils.Signals;

/// Long work that Ctrl-C ends cleanly: what it holds is given back, and what it began is removed.
final class StoppableWork {
  private StoppableWork() {}

  /// What is done.
  interface Work<T> {
    T run() throws InterruptedException;
  }

  /// @param kept what is said of what was done so far
  /// @throws CliException where it was stopped
  static <T> T run(Work<T> work, String kept) {
    Thread worker = Thread.currentThread();
    Object before = Signals.register("INT", worker::interrupt);
    try {
      return work.run();
    } catch (InterruptedException stopped) {
      throw stopped(kept);
    } catch (VaultException failure) {
      if (failure.getCause() instanceof ClosedByInterruptException
          || failure.getCause() instanceof InterruptedIOException) {
        throw stopped(kept);
      }
      throw failure;
    } finally {
      Signals.unregister("INT", before);
      Thread.interrupted();
    }
  }

  private static CliException stopped(String kept) {
    return new CliException(
        Exit.INTERRUPTED, "stopped; " + kept, "Give the same command again to do it.");
  }
}
