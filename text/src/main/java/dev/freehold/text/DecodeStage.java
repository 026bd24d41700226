package dev.freehold.text;

/// A step of turning tokens into text, fed one token at a time; it hands on what is certain.
///
/// The text of a step that fuses tokens into one arrives at the next step as chunks.
interface DecodeStage {
  /// A token of its own.
  void token(String text);

  /// A part of the one token that an earlier step makes of all.
  void chunk(String text);

  /// There is no more.
  void end();
}
