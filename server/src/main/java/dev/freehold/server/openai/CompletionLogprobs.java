package dev.freehold.server.openai;

import static dev.freehold.server.openai.Shapes.JSON;

import dev.freehold.chat.TokenLogprob;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Probabilities in the shape of OpenAI's completions: arrays with one element for each token.
final class CompletionLogprobs {
  private final ObjectNode told = JSON.objectNode();
  private final ArrayNode tokens = told.putArray("tokens");
  private final ArrayNode logprobs = told.putArray("token_logprobs");
  private final ArrayNode best = told.putArray("top_logprobs");
  private final ArrayNode offsets = told.putArray("text_offset");
  private int offset;

  /// @param offset characters of text before the first token
  CompletionLogprobs(int offset) {
    this.offset = offset;
  }

  /// The first token of a prompt, of which there is no probability.
  void addFirst(String text, int length) {
    tokens.add(text);
    logprobs.addNull();
    best.addNull();
    offsets.add(offset);
    offset += length;
  }

  void add(TokenLogprob token) {
    TokenLogprob.Candidate chosen = token.chosen();
    tokens.add(chosen.text());
    logprobs.add(Shapes.finite(chosen.logprob()));
    offsets.add(offset);
    offset += chosen.text().length();
    ObjectNode candidates = best.addObject();
    token.best().forEach(other -> candidates.put(other.text(), Shapes.finite(other.logprob())));
    if (!candidates.has(chosen.text())) {
      candidates.put(chosen.text(), Shapes.finite(chosen.logprob()));
    }
  }

  /// Characters of text up to here.
  int offset() {
    return offset;
  }

  ObjectNode told() {
    return told;
  }
}
