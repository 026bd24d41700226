package dev.freehold.agent.run;

import dev.freehold.tensor.Sha256;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;

/// Notices a model that makes the same calls with the same results again and again.
final class LoopGuard {
  /// From how many equal calls on the model is told.
  static final int TOLD = 3;

  /// At how many equal calls the run stops.
  static final int STOPPED = 6;

  private static final int WINDOW = 24;

  private final Deque<String> last = new ArrayDeque<>();

  /// Something new was said: what was done before counts no more.
  void forget() {
    last.clear();
  }

  /// Counts a call.
  ///
  /// @return how often it was made among the last ones, with this very result
  int count(String tool, String arguments, String result) {
    String call = Sha256.of(tool + "\n" + arguments + "\n" + Sha256.of(result));
    if (last.size() == WINDOW) {
      last.removeFirst();
    }
    last.addLast(call);
    return Collections.frequency(last, call);
  }
}
