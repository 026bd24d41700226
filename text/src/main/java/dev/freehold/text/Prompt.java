package dev.freehold.text;

import java.util.List;

/// Text in spans that know whether they come from the template (trusted) or from users, tools and
/// files (untrusted).
///
/// A tokenizer recognises special tokens only where every character of the match is trusted; for
/// all else the text counts as one whole.
public record Prompt(List<Span> spans) {
  /// A stretch of text of one origin.
  public record Span(String text, boolean trusted) {}

  public Prompt {
    spans = List.copyOf(spans);
  }

  public static Prompt trusted(String text) {
    return new Prompt(List.of(new Span(text, true)));
  }

  public static Prompt untrusted(String text) {
    return new Prompt(List.of(new Span(text, false)));
  }

  /// The text of all spans, joined.
  public String text() {
    if (spans.size() == 1) {
      return spans.getFirst().text();
    }
    StringBuilder text = new StringBuilder();
    spans.forEach(span -> text.append(span.text()));
    return text.toString();
  }
}
