package dev.freehold.chat;

import java.util.List;

/// Whoever knows the tokens of models.
public interface TokenBackend {
  /// The ids of a text, with the begin and end marks that the model wants by default.
  ///
  /// @throws ChatException where no such model is served
  List<Integer> tokenize(String model, String text);

  /// The text of ids, special tokens included.
  ///
  /// @throws ChatException where no such model is served, or an id is not of its vocabulary
  String detokenize(String model, List<Integer> ids);

  /// How many tokens the prompt of a request has.
  ///
  /// @throws ChatException where the request could not be answered either
  int countTokens(ChatRequest request);
}
