package dev.freehold.train.seedling;

import java.util.List;

/// A document as text.
///
/// `<|im_start|>` and `<|im_end|>` in it are always marks of the format, never words of a message.
///
/// @param trained the stretches that are trained on, in order; each turn's includes the mark that
///   ends it, and no other text does
public record Rendered(String text, List<Span> trained) {
  public Rendered {
    trained = List.copyOf(trained);
  }

  /// Characters `[start, end)` of the text.
  public record Span(int start, int end) {}
}
