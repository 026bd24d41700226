package dev.freehold.chat;

/// Whoever turns texts into vectors.
public interface EmbeddingBackend {
  /// The vector of one text.
  ///
  /// @throws ChatException where no such model is served, the text does not fit its context, or it
  ///   was cancelled
  Embedding embed(EmbeddingRequest request, Cancellation cancellation);
}
