package dev.freehold.chat;

/// A text to be turned into a vector.
///
/// @param model the model's name; empty for the only one
/// @param input a text or tokens; no conversation
public record EmbeddingRequest(String model, Input input, Pooling pooling, Caller caller) {
  public EmbeddingRequest {
    if (input instanceof Input.Conversation) {
      throw new ChatException("input", "expected a text or token ids, found a conversation");
    }
  }

  /// How the vectors of a text's tokens become one.
  public enum Pooling {
    /// As the model's metadata say; where they say nothing, [#MEAN].
    MODEL,
    /// Their mean.
    MEAN,
    /// That of the last token.
    LAST,
    /// That of the first token.
    CLS
  }
}
