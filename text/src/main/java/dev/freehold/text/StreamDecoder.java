package dev.freehold.text;

/// Text of a growing sequence of token ids, in whole characters only.
///
/// The strings that [#feed] and [#finish] return, joined, are what [Tokenizer#decode] gives for all
/// the ids. One decoder serves one sequence; it is not shared between threads.
public interface StreamDecoder {
  /// Takes the next id and returns the text that is now certain, often empty; never half a
  /// character.
  String feed(int id);

  /// The text still held back; bytes that form no character come out as U+FFFD.
  String finish();
}
