package dev.freehold.gateway.upstream;

import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import java.util.Optional;

/// Server-sent events out of lines; comments, ids and unknown fields are left out.
final class ServerEvents {
  /// An event.
  ///
  /// @param name its type; empty where none was said
  /// @param data its lines of data, joined by line breaks
  record ServerEvent(String name, String data) {}

  private final Lines lines;
  private final int maxEvent;

  ServerEvents(Lines lines, int maxEvent) {
    this.lines = lines;
    this.maxEvent = maxEvent;
  }

  /// The next event with data; the last one needs no empty line behind it. Empty where there is
  /// none.
  ///
  /// @param deadline by [dev.freehold.gateway.Time#nanos]
  Optional<ServerEvent> next(long deadline) {
    String name = "";
    StringBuilder data = new StringBuilder();
    boolean hasData = false;
    while (true) {
      Optional<String> line = lines.next(deadline);
      if (line.isEmpty() || line.get().isEmpty()) {
        if (hasData) {
          return Optional.of(new ServerEvent(name, data.toString()));
        }
        if (line.isEmpty()) {
          return Optional.empty();
        }
        name = "";
        continue;
      }
      int colon = line.get().indexOf(':');
      String field = colon < 0 ? line.get() : line.get().substring(0, colon);
      String value = colon < 0 ? "" : line.get().substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (field) {
        case "data" -> {
          if (hasData) {
            data.append('\n');
          }
          data.append(value);
          hasData = true;
          if (data.length() > maxEvent) {
            throw new AttemptException(
                FailureClass.MALFORMED,
                "an event of the answer is longer than %d bytes".formatted(maxEvent));
          }
        }
        case "event" -> name = value;
        default -> {}
      }
    }
  }
}
