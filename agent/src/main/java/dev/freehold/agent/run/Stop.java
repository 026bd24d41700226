package dev.freehold.agent.run;

import dev.freehold.chat.Cancellation;

/// A switch by which the person ends what a run does at this moment; the run stays resumable.
public final class Stop {
  private Cancellation current = new Cancellation();
  private boolean isStopped;

  /// Ends the step that runs, and the run after it.
  public synchronized void stop() {
    isStopped = true;
    current.cancel();
  }

  public synchronized boolean isStopped() {
    return isStopped;
  }

  /// Lets the run go on.
  public synchronized void clear() {
    isStopped = false;
  }

  /// A cancellation for one step.
  synchronized Cancellation begin() {
    current = new Cancellation();
    if (isStopped) {
      current.cancel();
    }
    return current;
  }
}
