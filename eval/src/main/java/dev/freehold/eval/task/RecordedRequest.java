package dev.freehold.eval.task;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.eval.EvalException;
import dev.freehold.eval.record.Fields;
import dev.freehold.eval.record.JsonLines;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// A request of recorded traffic, to be asked again as it was.
///
/// @param route the alias that was asked; empty where the line does not say
/// @param line all of the line
public record RecordedRequest(String route, ChatRequest request, JsonNode line) {
  /// Reads a file line by line.
  ///
  /// @param leftOut takes why a line cannot be asked again
  public static void read(Path file, Consumer<RecordedRequest> requests, Consumer<String> leftOut) {
    try (JsonLines lines = JsonLines.open(file)) {
      for (Optional<JsonLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
        read(line.get().object(), line.get().at(), requests, leftOut);
      }
    }
  }

  /// Reads one line.
  ///
  /// @param at where it stands, for messages
  public static void read(
      JsonNode line, String at, Consumer<RecordedRequest> requests, Consumer<String> leftOut) {
    RecordedRequest read;
    try {
      Fields fields = Fields.of(line, at);
      ChatRequest request = RequestFields.request(fields.requiredObject("request"));
      read = new RecordedRequest(fields.string("route").orElse(""), request, line);
    } catch (ChatException | EvalException cannot) {
      leftOut.accept(String.valueOf(cannot.getMessage()));
      return;
    }
    requests.accept(read);
  }
}
