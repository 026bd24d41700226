package dev.freehold.eval;

import dev.freehold.chat.FinishReason;
import java.util.List;

/// What a backend answered to a task, as a judge sees it.
///
/// @param text without thoughts and tool calls, where the backend tells these apart
/// @param calls the tools that it called
/// @param finish why the answer ended
public record Reply(String text, List<Call> calls, FinishReason finish) {
  /// A call as it was written.
  ///
  /// @param arguments as text, which should be one JSON object
  public record Call(String name, String arguments) {}

  public Reply {
    calls = List.copyOf(calls);
  }

  public static Reply of(String text) {
    return new Reply(text, List.of(), FinishReason.END);
  }
}
