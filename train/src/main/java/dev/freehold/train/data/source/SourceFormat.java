package dev.freehold.train.data.source;

/// How documents stand in a file.
public sealed interface SourceFormat {
  /// The whole file is one document.
  record Text() implements SourceFormat {}

  /// Each line is a JSON object and a document; empty lines are passed over.
  ///
  /// @param field the key of the document's text
  record JsonLines(String field) implements SourceFormat {}
}
