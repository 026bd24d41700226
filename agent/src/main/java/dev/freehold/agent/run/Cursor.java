package dev.freehold.agent.run;

import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import java.util.Locale;
import java.util.Optional;

/// Where in its steps a run is: the steps of the loop follow one another, and are named by number.
final class Cursor {
  private final OpenRun run;
  private int next;
  private Spent spent = Spent.NOTHING;

  Cursor(OpenRun run) {
    this.run = run;
  }

  /// The key of the next step.
  String key() {
    return String.format(Locale.ROOT, "%06d", next);
  }

  /// The next step, where it was begun before.
  Optional<Step> peek() {
    return run.step(key());
  }

  /// Whether the next step was never begun.
  boolean isAtEnd() {
    return peek().isEmpty();
  }

  /// What the steps took that were gone past.
  Spent spent() {
    return spent;
  }

  /// Goes past the next step, which is finished.
  void advance() {
    spent = peek().map(spent::plus).orElse(spent);
    next++;
  }
}
