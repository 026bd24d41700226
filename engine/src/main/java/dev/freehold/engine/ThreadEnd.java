package dev.freehold.engine;

/// The end of a thread, waited for to the last: who is interrupted meanwhile stays interrupted.
final class ThreadEnd {
  private ThreadEnd() {}

  static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
