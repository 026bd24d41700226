package dev.freehold.server.openai;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.TokenBackend;
import dev.freehold.chat.TokenLogprob;
import java.util.List;

/// A prompt that is told before its answer.
///
/// @param text as it was sent; of token ids, the text that they spell
/// @param first the text of its first token, of which there is no probability
record EchoedPrompt(String text, String first) {
  static final EchoedPrompt NONE = new EchoedPrompt("", "");

  static EchoedPrompt of(ChatRequest request, TokenBackend tokens) {
    String model = request.model();
    return switch (request.input()) {
      case Input.Text text -> {
        List<Integer> ids = tokens.tokenize(model, text.text());
        String first = ids.isEmpty() ? "" : tokens.detokenize(model, ids.subList(0, 1));
        yield new EchoedPrompt(text.text(), first);
      }
      case Input.Tokens ids ->
          new EchoedPrompt(
              tokens.detokenize(model, ids.ids()),
              tokens.detokenize(model, ids.ids().subList(0, 1)));
      case Input.Conversation conversation -> NONE;
    };
  }

  /// Probabilities of the prompt and the answer in the shape of completions.
  CompletionLogprobs logprobs(List<TokenLogprob> ofPrompt, List<TokenLogprob> ofAnswer) {
    CompletionLogprobs told = new CompletionLogprobs(0);
    told.addFirst(first, text.startsWith(first) ? first.length() : 0);
    ofPrompt.forEach(told::add);
    ofAnswer.forEach(told::add);
    return told;
  }
}
