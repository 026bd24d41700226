package dev.freehold.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A fixed set of threads that share the chunks of one job at a time; the caller works too.
///
/// Chunks are cut by shape, never by thread count, and claimed one after the other, so a thread
/// that is held up costs at most the chunk it holds: one that never woke costs nothing. Idle
/// workers spin for a short while, then park. A job that throws ends the run; the first failure is
/// rethrown to the caller. Nothing is allocated per run.
public final class WorkerPool implements AutoCloseable {
  /// Work that is cut into chunks which may run in any order, on any thread.
  @FunctionalInterface
  public interface Job {
    /// @param worker number of the thread that runs the chunk, 0 for the caller: an index into
    ///   scratch memory
    void run(int chunk, int worker);
  }

  private static final int SPINS = 20_000;
  private static final Job NOTHING = (chunk, worker) -> {};

  private final Thread[] threads;
  private final AtomicReferenceArray<@Nullable Thread> parked;

  /// Number of the run in the upper half, next chunk in the lower half. A successful increment
  /// proves that `job` and `chunks`, read before it, belong to this run: they change only between
  /// runs.
  private final AtomicLong ticket = new AtomicLong(Integer.MAX_VALUE);

  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private Job job = NOTHING;
  private int chunks;

  /// @param threads threads that compute, the caller included
  public WorkerPool(int threads) {
    this.threads = new Thread[threads - 1];
    this.parked = new AtomicReferenceArray<>(threads);
    for (int i = 0; i < this.threads.length; i++) {
      int worker = i + 1;
      this.threads[i] =
          Thread.ofPlatform().daemon().name("kernel-" + worker).unstarted(() -> work(worker));
    }
    for (Thread thread : this.threads) {
      thread.start();
    }
  }

  /// Threads that compute, the caller included.
  public int size() {
    return threads.length + 1;
  }

  /// Runs chunks 0 to `count - 1` of the job and returns when all are done.
  public synchronized void run(Job work, int count) {
    if (closed) {
      throw new IllegalStateException("the worker pool is closed");
    }
    if (count <= 1 || threads.length == 0) {
      for (int chunk = 0; chunk < count; chunk++) {
        work.run(chunk, 0);
      }
      return;
    }
    job = work;
    chunks = count;
    failure = null;
    done.set(0);
    long run = ((ticket.get() >>> 32) + 1) << 32;
    ticket.set(run);
    for (int i = 1; i <= threads.length; i++) {
      Thread sleeper = parked.get(i);
      if (sleeper != null) {
        LockSupport.unpark(sleeper);
      }
    }
    claim(0);
    int spins = 0;
    while (done.get() != count) {
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    ticket.set(run | Integer.MAX_VALUE);
    job = NOTHING;
    rethrow(failure);
  }

  private static void rethrow(@Nullable Throwable thrown) {
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
  }

  /// Runs chunks of the current run until none is left.
  private void claim(int worker) {
    while (true) {
      long seen = ticket.get();
      int chunk = (int) seen;
      Job work = job;
      if (chunk >= chunks || chunk == Integer.MAX_VALUE) {
        return;
      }
      if (!ticket.compareAndSet(seen, seen + 1)) {
        continue;
      }
      if (failure == null) {
        try {
          work.run(chunk, worker);
        } catch (RuntimeException | Error e) {
          failure = e;
        }
      }
      done.incrementAndGet();
    }
  }

  private boolean hasChunks() {
    int chunk = (int) ticket.get();
    return chunk != Integer.MAX_VALUE && chunk < chunks;
  }

  private void work(int worker) {
    int spins = 0;
    while (!closed) {
      if (hasChunks()) {
        claim(worker);
        spins = 0;
      } else if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        parked.set(worker, Thread.currentThread());
        while (!hasChunks() && !closed) {
          LockSupport.park(this);
        }
        parked.set(worker, null);
        spins = 0;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
