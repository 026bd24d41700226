package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/// Time that goes on only when everybody waits. Of threads that it runs together one runs at a
/// time, until it waits; then the one whose wait ends first goes on. So a seed gives one order of
/// events.
final class SimulatedTime implements Time {
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::until).thenComparing(Waiting::chance));
  private final Semaphore allEnded = new Semaphore(0);
  private final RandomGenerator random;
  private volatile long nanos;
  private boolean isTogether;

  /// A thread that waits.
  private record Waiting(long until, int chance, Semaphore turn) {}

  /// @param random decides who goes on first where waits end at the same time
  SimulatedTime(RandomGenerator random) {
    this.random = random;
  }

  /// Runs tasks in threads of their own; returns when all have ended.
  void together(List<Runnable> tasks) {
    for (Runnable task : tasks) {
      Semaphore turn = new Semaphore(0);
      waiting.add(new Waiting(nanos, random.nextInt(), turn));
      Thread.startVirtualThread(() -> {
        turn.acquireUninterruptibly();
        try {
          task.run();
        } finally {
          next();
        }
      });
    }
    isTogether = true;
    next();
    allEnded.acquireUninterruptibly();
    isTogether = false;
  }

  private void next() {
    Waiting first = waiting.poll();
    if (first == null) {
      allEnded.release();
    } else {
      nanos = Math.max(nanos, first.until);
      first.turn.release();
    }
  }

  void advance(Duration time) {
    if (!isTogether) {
      nanos += time.toNanos();
      return;
    }
    Semaphore turn = new Semaphore(0);
    waiting.add(new Waiting(nanos + time.toNanos(), random.nextInt(), turn));
    next();
    turn.acquireUninterruptibly();
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanos);
  }

  @Override
  public void sleep(Duration time, Cancellation cancellation) {
    advance(time);
  }
}
