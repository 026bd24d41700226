package dev.freehold.kernel;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A fixed set of threads that share the chunks of one job at a time; the caller works too.
///
/// Each thread has a share of the chunks that follow each other, and takes them from the first on.
/// Who has none left takes the others' from the last on, so a thread that is held up costs at most
/// the chunk it holds: one that never woke costs nothing. What a thread takes for itself is in a
/// cache line that no other touches until it helps. Idle workers spin for a short while, then park.
/// A job that throws ends the run; the first failure is rethrown to the caller. Nothing is
/// allocated per run.
public final class WorkerPool implements AutoCloseable {
  /// Work that is cut into chunks which may run in any order, on any thread.
  @FunctionalInterface
  public interface Job {
    /// @param worker number of the thread that runs the chunk, 0 for the caller: an index into
    ///   scratch memory
    void run(int chunk, int worker);
  }

  private static final int SPINS = 20_000;

  /// How many more times a round may be waited for than the one before, up to [#SPINS]: in a
  /// process that has just started the JVM's compilers have more use for a processor than who
  /// waits.
  private static final int SPINS_A_ROUND = 10;

  private static final Job NOTHING = (chunk, worker) -> {};

  /// Most chunks of a round: a share's bounds have 16 bits each.
  private static final int ROUND = 0xffff;

  /// Numbers from one to the next that no two threads write: two cache lines, since processors
  /// fetch them in pairs.
  private static final int APART = 16;

  private static final int ROUNDS_AT = APART;
  private static final int DONE_AT = 2 * APART;
  private static final int SHARES_AT = 3 * APART;
  private static final long FIRST = 1L << 16;
  private static final long CLOSED = -1;

  private final Thread[] threads;
  private final AtomicReferenceArray<@Nullable Thread> parked;

  /// The number of the round, which workers wait for; the chunks that workers have done since the
  /// pool was opened; and each thread's share: the round's number in the upper half, then the first
  /// chunk that is left, then the end. A share that was changed in one step was that of the round
  /// in which `job` and `base`, read before it, are what they were: they change between rounds.
  private final AtomicLongArray shared;

  private final int[] evenBounds;
  private volatile @Nullable Throwable failure;
  private Job job = NOTHING;
  private int base;
  private long round;

  /// @param threads threads that compute, the caller included
  public WorkerPool(int threads) {
    this.threads = new Thread[threads - 1];
    this.parked = new AtomicReferenceArray<>(threads);
    this.shared = new AtomicLongArray(SHARES_AT + (threads + 1) * APART);
    this.evenBounds = new int[threads + 1];
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
    requireOpen();
    if (takesAlone(work, count)) {
      return;
    }
    for (int from = 0; from < count; from += ROUND) {
      int some = Math.min(ROUND, count - from);
      for (int i = 0; i <= size(); i++) {
        evenBounds[i] = (int) ((long) some * i / size());
      }
      round(work, from, evenBounds);
    }
  }

  /// The same, with shares of the caller's choice.
  ///
  /// @param bounds where each thread's share begins, and where the last one ends
  synchronized void run(Job work, int[] bounds) {
    int count = bounds[bounds.length - 1];
    if (count > ROUND || bounds.length != size() + 1) {
      throw new IllegalArgumentException(count + " chunks for " + (bounds.length - 1) + " threads");
    }
    requireOpen();
    if (!takesAlone(work, count)) {
      round(work, 0, bounds);
    }
  }

  /// Whether the caller alone ran the chunks, where nobody can help.
  private boolean takesAlone(Job work, int count) {
    if (count > 1 && threads.length > 0) {
      return false;
    }
    for (int chunk = 0; chunk < count; chunk++) {
      work.run(chunk, 0);
    }
    return true;
  }

  private void requireOpen() {
    if (round == CLOSED) {
      throw new IllegalStateException("the worker pool is closed");
    }
  }

  private void round(Job work, int from, int[] bounds) {
    job = work;
    base = from;
    round++;
    long others = shared.get(DONE_AT);
    for (int i = 0; i < bounds.length - 1; i++) {
      long share = round << 32 | bounds[i] * FIRST | bounds[i + 1];
      shared.setRelease(share(i), share);
    }
    shared.set(ROUNDS_AT, round);
    for (int i = 1; i <= threads.length; i++) {
      Thread sleeper = parked.get(i);
      if (sleeper != null) {
        LockSupport.unpark(sleeper);
      }
    }
    int count = bounds[bounds.length - 1];
    others += count - claim(0);
    awaitDone(others);
    job = NOTHING;
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      rethrow(thrown);
    }
  }

  /// Waits until the workers have done so many chunks since the pool was opened.
  private void awaitDone(long chunks) {
    long most = spins(round);
    long spins = 0;
    while (shared.get(DONE_AT) != chunks) {
      if (++spins < most) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  private static void rethrow(Throwable thrown) {
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
  }

  private static int share(int worker) {
    return SHARES_AT + worker * APART;
  }

  /// Runs chunks of the round until none is left: its own, then the others'.
  ///
  /// @return how many
  private int claim(int worker) {
    int done = claim(worker, share(worker), FIRST);
    for (int i = 1; i <= threads.length; i++) {
      done += claim(worker, share((worker + i) % (threads.length + 1)), -1);
    }
    return done;
  }

  /// @param step what taking a chunk adds to the share: [#FIRST] for its first, -1 for its last
  private int claim(int worker, int share, long step) {
    int done = 0;
    while (true) {
      long seen = shared.get(share);
      int first = (int) (seen >>> 16) & ROUND;
      int end = (int) seen & ROUND;
      Job work = job;
      int from = base;
      if (first >= end) {
        return done;
      }
      if (!shared.compareAndSet(share, seen, seen + step)) {
        continue;
      }
      if (failure == null) {
        try {
          work.run(from + (step == FIRST ? first : end - 1), worker);
        } catch (RuntimeException | Error e) {
          failure = e;
        }
      }
      done++;
    }
  }

  private void work(int worker) {
    long seen = 0;
    while (true) {
      seen = await(worker, seen);
      if (seen == CLOSED) {
        return;
      }
      int done = claim(worker);
      if (done > 0) {
        shared.addAndGet(DONE_AT, done);
      }
    }
  }

  /// Waits for a round other than the one that was seen last.
  private long await(int worker, long seen) {
    long now = spin(seen);
    if (now != seen) {
      return now;
    }
    parked.set(worker, Thread.currentThread());
    while (shared.get(ROUNDS_AT) == seen) {
      LockSupport.park(this);
    }
    parked.set(worker, null);
    return shared.get(ROUNDS_AT);
  }

  /// Waits for a short while; a method of its own, since a start compiles what goes round so often,
  /// and all that it is inlined with.
  ///
  /// @return the present round
  private long spin(long seen) {
    long most = spins(seen);
    for (long spins = 0; spins < most; spins++) {
      long now = shared.get(ROUNDS_AT);
      if (now != seen) {
        return now;
      }
      Thread.onSpinWait();
    }
    return seen;
  }

  /// How often at most something is waited for without giving the processor away.
  private static long spins(long round) {
    return Math.min(SPINS, SPINS_A_ROUND * round);
  }

  @Override
  public void close() {
    synchronized (this) {
      round = CLOSED;
      shared.set(ROUNDS_AT, CLOSED);
    }
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
