package dev.freehold.train.data;

import dev.freehold.train.TrainException;
import java.util.List;

/// A document as text, and the stretches of it that are trained on.
///
/// @param trained stretches in order, none overlapping
public record TextDocument(String text, List<Span> trained) {
  /// Characters `[start, end)` of a text.
  public record Span(int start, int end) {}

  public TextDocument {
    trained = List.copyOf(trained);
    int done = 0;
    for (Span span : trained) {
      if (span.start() < done || span.end() < span.start() || span.end() > text.length()) {
        throw new TrainException(
            "document of %d characters: span %d to %d after %d"
                .formatted(text.length(), span.start(), span.end(), done));
      }
      done = span.end();
    }
  }
}
