package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.workflow.RunEnd;
import dev.freehold.agent.workflow.WorkflowRunner;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Goes on with runs when what they wait for has come: a decision, whoever took it and wherever, a
/// time, or the restart of this program after a crash.
final class WorkflowWorker implements AutoCloseable {
  private static final int AT_ONCE = 4;

  private final Journal journal;
  private final WorkflowRunner runner;
  private final Consumer<String> notes;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("workflow-timer").factory());
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().daemon().name("workflow-", 0).factory());

  private final Set<String> working = ConcurrentHashMap.newKeySet();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();

  /// @param notes takes what a person should know
  WorkflowWorker(Journal journal, WorkflowRunner runner, Consumer<String> notes) {
    this.journal = journal;
    this.runner = runner;
    this.notes = notes;
  }

  void start(Duration interval) {
    var unused =
        timer.scheduleWithFixedDelay(this::safeLook, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void safeLook() {
    try {
      look();
    } catch (RuntimeException failure) { // the next look may do
      notes.accept("the journal cannot be read: " + failure.getMessage());
    }
  }

  /// Takes up what can go on.
  void look() {
    for (RunHead run : journal.ready(WorkflowRunner.KIND, Optional.empty())) {
      boolean isElsewhere = run.state() == RunState.OPEN && journal.isWorkedOn(run.id());
      if (!broken.contains(run.id()) && !isElsewhere && working.add(run.id())) {
        workers.execute(() -> goOn(run.id()));
      }
    }
  }

  private void goOn(String run) {
    try {
      RunEnd end = runner.resume(run);
      switch (end.kind()) {
        case DONE -> notes.accept("run %s: done".formatted(run));
        case WAITS -> notes.accept("run %s waits: %s".formatted(run, end.text()));
        case FAILED -> notes.accept("run %s: %s".formatted(run, end.text()));
      }
    } catch (JournalException failure) {
      if (failure.reason() != JournalException.Reason.BUSY) {
        broken.add(run);
        notes.accept(String.valueOf(failure.getMessage()));
      }
    } catch (RuntimeException failure) {
      broken.add(run);
      notes.accept(
          "run %s cannot go on here: %s; when the cause is gone: freehold workflow resume %s"
              .formatted(run, failure.getMessage(), run));
    } finally {
      working.remove(run);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
  }
}
