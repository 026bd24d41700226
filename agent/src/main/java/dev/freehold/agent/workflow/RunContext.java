package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Waiting;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// One process's work on one run, and what it found to wait for.
///
/// @param undone steps with effects elsewhere that are known not to have happened
record RunContext(
    OpenRun run,
    WorkflowParts parts,
    InstantSource clock,
    WorkflowListener listener,
    Queue<RunEnd.Awaited> awaited,
    Queue<String> undone) {
  RunContext(OpenRun run, WorkflowParts parts, InstantSource clock, WorkflowListener listener) {
    this(run, parts, clock, listener, new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
  }

  /// Something has to come first.
  Waiting wait(String ofRun, String step, String what) {
    awaited.add(new RunEnd.Awaited(ofRun, step, what));
    return new Waiting(step, what);
  }

  Waiting wait(String step, String what) {
    return wait(run.id(), step, what);
  }

  /// The same for what may have been found to wait for before.
  Waiting waitOnce(String step, String what) {
    return awaited.stream().anyMatch(one -> one.step().equals(step))
        ? new Waiting(step, what)
        : wait(step, what);
  }

  List<RunEnd.Awaited> allAwaited() {
    return List.copyOf(awaited);
  }
}
