package dev.freehold.agent.journal;

import java.util.function.Consumer;

/// What is done about a step of which it is not known whether it happened: it was begun, and the
/// process ended before its result was written.
public sealed interface Doubt {
  /// It is done again: it has no effect, or one that may happen twice.
  record Repeat() implements Doubt {}

  /// What it may have done is taken back, and it is done again.
  ///
  /// @param restore given the snapshot that was taken before the step
  record RollBack(Consumer<String> restore) implements Doubt {}

  /// It is done again under the same idempotency key, by which its receiver knows it.
  record RepeatWithKey() implements Doubt {}

  /// The run waits until a person says whether it happened; see [Journal#settle].
  ///
  /// @param restore given the snapshot that was taken before the step, where one was, when a person
  ///   says that it did not happen and it is about to be done
  record Ask(Consumer<String> restore) implements Doubt {}

  Doubt REPEAT = new Repeat();
  Doubt REPEAT_WITH_KEY = new RepeatWithKey();
  Doubt ASK = new Ask(snapshot -> {});
}
