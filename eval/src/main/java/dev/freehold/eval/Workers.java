package dev.freehold.eval;

import dev.freehold.chat.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Does the same with each of some things, several at once, in the order in which they stand.
final class Workers {
  private Workers() {}

  /// Returns when all are done, or after `stop` those that had begun. The first failure ends all.
  static <T> void run(int workers, List<T> all, Cancellation stop, Consumer<T> work) {
    AtomicInteger next = new AtomicInteger();
    Cancellation failed = new Cancellation();
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < Math.min(workers, all.size()); i++) {
        running.add(
            executor.submit(() -> {
              for (int item = next.getAndIncrement();
                  item < all.size() && !stop.isCancelled() && !failed.isCancelled();
                  item = next.getAndIncrement()) {
                try {
                  work.accept(all.get(item));
                } catch (RuntimeException | Error failure) {
                  failed.cancel();
                  throw failure;
                }
              }
            }));
      }
      for (Future<?> worker : running) {
        await(worker, stop);
      }
    }
  }

  private static void await(Future<?> worker, Cancellation stop) {
    while (true) {
      try {
        worker.get();
        return;
      } catch (InterruptedException interrupted) {
        stop.cancel();
      } catch (ExecutionException failure) {
        throw failure.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(failure.getCause());
      }
    }
  }
}
