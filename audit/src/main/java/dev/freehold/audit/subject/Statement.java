package dev.freehold.audit.subject;

/// What a model's publisher states of it: a claim, with the characters at which it stands.
///
/// @param key as model cards name it: `license`, `base_model`, `datasets`, ...
/// @param value its text
/// @param document in which it stands, from character `from` to before `to`
public record Statement(String key, String value, Document document, int from, int to) {
  /// The claim as it stands there.
  public Span span() {
    return document.span(from, to);
  }
}
