package dev.freehold.text;

/// How ids become text: the decoding half of a tokenizer.
interface TokenOutput {
  StreamDecoder open(boolean showSpecial);

  /// The bytes that a token stands for in the middle of a text.
  byte[] bytes(int id);
}
