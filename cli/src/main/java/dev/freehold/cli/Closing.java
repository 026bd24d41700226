package dev.freehold.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/// What was opened one after the other, to be closed the other way round: all of it, whatever
/// fails.
final class Closing implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  void push(AutoCloseable opened) {
    open.push(opened);
  }

  /// Closes everything.
  ///
  /// @throws IllegalStateException with the first failure, after the last is closed
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        failure =
            failure == null ? new IllegalStateException("a backend did not close", e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
