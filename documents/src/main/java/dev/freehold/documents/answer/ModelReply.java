package dev.freehold.documents.answer;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A model's reply as it was asked for.
///
/// @param isFound whether the model says that the passages tell the answer
record ModelReply(List<Quote> quotes, boolean isFound, String answer) {
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(1 << 20, 8, 1 << 17, 32, 256);
  private static final int MOST_QUOTES = 64;

  /// A quote as the model claims it.
  record Quote(int source, String text) {}

  ModelReply {
    quotes = List.copyOf(quotes);
  }

  /// Nothing where the text is no such reply. What stands around the JSON object, as free models
  /// write it, does not matter.
  static Optional<ModelReply> of(String text) {
    int begin = text.indexOf('{');
    int end = text.lastIndexOf('}');
    if (begin < 0 || end < begin) {
      return Optional.empty();
    }
    JsonNode json;
    try {
      byte[] bytes = text.substring(begin, end + 1).getBytes(StandardCharsets.UTF_8);
      json = StrictJson.parse(bytes, "the model's reply", LIMITS);
    } catch (TensorException noJson) {
      return Optional.empty();
    }
    if (!json.path(AnswerPrompt.ANSWER).isString() || !json.path(AnswerPrompt.FOUND).isBoolean()) {
      return Optional.empty();
    }
    List<Quote> quotes = new ArrayList<>();
    for (JsonNode quote : json.path(AnswerPrompt.QUOTES)) {
      if (quotes.size() < MOST_QUOTES
          && quote.path(AnswerPrompt.SOURCE).isInt()
          && quote.path(AnswerPrompt.QUOTE).isString()) {
        quotes.add(
            new Quote(
                quote.path(AnswerPrompt.SOURCE).intValue(),
                quote.path(AnswerPrompt.QUOTE).stringValue()));
      }
    }
    return Optional.of(
        new ModelReply(
            quotes,
            json.path(AnswerPrompt.FOUND).booleanValue(),
            json.path(AnswerPrompt.ANSWER).stringValue().strip()));
  }
}
