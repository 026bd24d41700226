package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;

/// Work on the items of a list, so many at once.
///
/// An item that waits or fails does not keep others from going as far as they can; anything
/// unexpected does.
final class FanOut {
  private final int items;
  private final IntFunction<JsonNode> work;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReferenceArray<JsonNode> values;
  private final AtomicReferenceArray<RuntimeException> failures;
  private volatile boolean isBroken;

  private FanOut(int items, IntFunction<JsonNode> work) {
    this.items = items;
    this.work = work;
    this.values = new AtomicReferenceArray<>(items);
    this.failures = new AtomicReferenceArray<>(items);
  }

  /// The values of all items.
  ///
  /// @throws RuntimeException what one of them threw: the unexpected first, then a failure, then
  ///   [Waiting]
  static List<JsonNode> over(int items, int atOnce, IntFunction<JsonNode> work) {
    FanOut fanOut = new FanOut(items, work);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(items, atOnce); i++) {
      threads.add(Thread.ofVirtual().start(fanOut::goThrough));
    }
    boolean isInterrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException stop) {
          isInterrupted = true;
          fanOut.isBroken = true;
        }
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    return fanOut.values();
  }

  private void goThrough() {
    for (int i = next.getAndIncrement(); i < items && !isBroken; i = next.getAndIncrement()) {
      try {
        values.set(i, work.apply(i));
      } catch (Waiting | StepFailure | WorkflowException expected) {
        failures.set(i, expected);
      } catch (RuntimeException unexpected) {
        failures.set(i, unexpected);
        isBroken = true;
      } catch (Error bug) {
        failures.set(i, new IllegalStateException(bug));
        isBroken = true;
      }
    }
  }

  private List<JsonNode> values() {
    Optional<RuntimeException> worst = Optional.empty();
    for (int i = 0; i < items; i++) {
      RuntimeException failure = failures.get(i);
      if (failure != null && (worst.isEmpty() || rank(failure) > rank(worst.get()))) {
        worst = Optional.of(failure);
      }
    }
    if (worst.isPresent()) {
      throw worst.get();
    }
    List<JsonNode> all = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      JsonNode value = values.get(i);
      if (value == null) {
        throw new IllegalStateException("interrupted");
      }
      all.add(value);
    }
    return all;
  }

  private static int rank(RuntimeException failure) {
    return switch (failure) {
      case Waiting _ -> 0;
      case StepFailure _, WorkflowException _ -> 1;
      default -> 2;
    };
  }
}
