package dev.freehold.eval;

import dev.freehold.chat.ChatBackend;
import dev.freehold.eval.record.ItemResult;
import java.util.Map;

/// Whoever answers the tasks.
///
/// @param name unlike that of any other in the run
/// @param detail what it is, for people who read the run later; holds no secret
public record Candidate(String name, String detail, Source source) {
  /// Where its answers come from.
  public sealed interface Source {
    /// A backend that is asked.
    ///
    /// @param model what requests call the model; empty for the backend's only one
    record Asked(ChatBackend backend, String model, Meter meter) implements Source {}

    /// Answers of an earlier day, by the ids of tasks.
    record Recorded(Map<String, Answered> answers) implements Source {
      public Recorded {
        answers = Map.copyOf(answers);
      }
    }
  }

  /// An answer and what it took.
  public record Answered(Reply reply, ItemResult.Took took) {}

  /// A backend with one model, of whose costs nothing is known.
  public Candidate(String name, String detail, ChatBackend backend) {
    this(name, detail, new Source.Asked(backend, "", Meter.NONE));
  }
}
