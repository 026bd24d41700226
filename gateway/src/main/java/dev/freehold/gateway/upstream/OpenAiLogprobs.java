package dev.freehold.gateway.upstream;

import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.TokenLogprob.Candidate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads what OpenAI's chat completions tell of the probabilities of tokens.
final class OpenAiLogprobs {
  /// Most servers refuse to tell more alternatives.
  static final int MOST_ALTERNATIVES = 20;

  /// Tokens are told by their text; their ids are not.
  private static final int NO_ID = -1;

  /// What OpenAI tells of a token that cannot be.
  private static final double NO_CHANCE = -9999;

  private static final int MOST_BYTES = 4096;

  private OpenAiLogprobs() {}

  /// The entries of one piece of an answer; what is no entry is left out.
  static List<TokenLogprob> read(JsonNode content) {
    List<TokenLogprob> tokens = new ArrayList<>();
    for (JsonNode token : content) {
      if (isCandidate(token)) {
        List<Candidate> best = new ArrayList<>();
        for (JsonNode other : token.path("top_logprobs")) {
          if (isCandidate(other) && best.size() < MOST_ALTERNATIVES) {
            best.add(candidate(other));
          }
        }
        tokens.add(new TokenLogprob(candidate(token), best));
      }
    }
    return tokens;
  }

  private static boolean isCandidate(JsonNode token) {
    return token.path("token").isString()
        && token.path("token").stringValue("").length() <= MOST_BYTES
        && token.path("logprob").isNumber();
  }

  private static Candidate candidate(JsonNode token) {
    String text = token.path("token").stringValue("");
    double logprob = Math.clamp(token.path("logprob").doubleValue(NO_CHANCE), NO_CHANCE, 0);
    return new Candidate(NO_ID, text, bytes(token.path("bytes"), text), logprob);
  }

  /// The token's bytes as they are told, else those of its text.
  private static List<Integer> bytes(JsonNode told, String text) {
    List<Integer> bytes = new ArrayList<>();
    for (JsonNode value : told) {
      int number = value.isInt() ? value.intValue() : -1;
      if (number < 0 || number > 255 || bytes.size() == MOST_BYTES) {
        bytes.clear();
        break;
      }
      bytes.add(number);
    }
    if (bytes.isEmpty()) {
      for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
        bytes.add(value & 0xff);
      }
    }
    return bytes;
  }
}
