package dev.freehold.eval.record;

import dev.freehold.eval.Meter;
import dev.freehold.eval.Outcome;
import dev.freehold.eval.Reply;
import java.util.Optional;

/// What a backend answered to a task, and what was said of it.
///
/// @param task which of the tasks it was
/// @param backend the candidate's name
/// @param reason why it is not right, or what the error was; may be empty
/// @param reply empty where there was no answer
/// @param wallMillis time from the question to the end
public record ItemResult(
    TaskName task,
    String backend,
    Outcome outcome,
    String reason,
    Optional<Reply> reply,
    Took took) {
  /// What names a task in a record.
  ///
  /// @param digest of all that the task says, so that tasks of different runs can be told apart
  public record TaskName(String id, String digest, String group, String language) {}

  /// What an answer took.
  ///
  /// @param wallMillis time from the question to the end
  /// @param firstMillis time to the first text or call
  /// @param promptTokens empty where the backend did not say
  public record Took(
      double wallMillis,
      Optional<Double> firstMillis,
      Optional<Long> promptTokens,
      Optional<Long> answerTokens,
      Optional<Meter.Cost> cost,
      Optional<Meter.Energy> energy) {
    /// A time and no more.
    public static Took only(double wallMillis) {
      return new Took(
          wallMillis,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }

  /// What this is the result of: a task and a backend.
  public Key key() {
    return new Key(task.id(), backend);
  }

  /// A task and a backend.
  public record Key(String task, String backend) {}
}
