package dev.freehold.server.openai;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Pieces of JSON that chat completions and completions share.
final class Shapes {
  static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Shapes() {}

  static String id(String prefix) {
    return prefix + "-" + UUID.randomUUID().toString().replace("-", "");
  }

  static String finishReason(FinishReason reason) {
    return switch (reason) {
      case END, STOP_STRING -> "stop";
      case TOOL_CALLS -> "tool_calls";
      case MAX_TOKENS, CONTEXT_FULL -> "length";
      case REFUSED -> "content_filter";
      case CANCELLED -> throw new IllegalArgumentException("a cancelled answer has no end");
    };
  }

  /// Says who answers: the model by the name that it has there, and the server.
  static void putServed(ObjectNode body, ChatEvent.Served served) {
    body.put("model", served.model()).put("provider", served.backend());
  }

  /// @param prompts usage of one answer to each prompt
  /// @param answers usage of all answers
  static ObjectNode usage(List<Usage> prompts, List<Usage> answers) {
    long prompt = 0;
    long cached = 0;
    for (Usage usage : prompts) {
      prompt += usage.promptTokens();
      cached += usage.reusedTokens();
    }
    long completion = 0;
    long reasoning = 0;
    for (Usage usage : answers) {
      completion += usage.completionTokens();
      reasoning += usage.reasoningTokens();
    }
    ObjectNode told = JSON.objectNode();
    told.put("prompt_tokens", prompt);
    told.put("completion_tokens", completion);
    told.put("total_tokens", prompt + completion);
    told.putObject("prompt_tokens_details").put("cached_tokens", cached);
    told.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);
    return told;
  }

  /// llama.cpp's figures of one answer.
  static ObjectNode timings(Usage usage) {
    int computed = usage.promptTokens() - usage.reusedTokens();
    ObjectNode told = JSON.objectNode();
    told.put("cache_n", usage.reusedTokens());
    told.put("prompt_n", computed);
    told.put("prompt_ms", millis(usage.prefill()));
    told.put("prompt_per_second", perSecond(computed, usage.prefill()));
    told.put("predicted_n", usage.completionTokens());
    told.put("predicted_ms", millis(usage.decode()));
    told.put("predicted_per_second", perSecond(usage.completionTokens(), usage.decode()));
    told.put("seed", usage.seed());
    return told;
  }

  static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }

  private static double perSecond(int tokens, Duration time) {
    return time.isZero() ? 0 : tokens / (time.toNanos() / 1e9);
  }

  /// Probabilities in the shape of chat completions.
  static ObjectNode chatLogprobs(List<TokenLogprob> tokens) {
    ObjectNode told = JSON.objectNode();
    ArrayNode content = told.putArray("content");
    for (TokenLogprob token : tokens) {
      ObjectNode one = candidate(token.chosen());
      ArrayNode best = one.putArray("top_logprobs");
      token.best().forEach(other -> best.add(candidate(other)));
      content.add(one);
    }
    told.putNull("refusal");
    return told;
  }

  private static ObjectNode candidate(TokenLogprob.Candidate candidate) {
    ObjectNode told = JSON.objectNode();
    told.put("token", candidate.text());
    told.put("logprob", finite(candidate.logprob()));
    ArrayNode bytes = told.putArray("bytes");
    candidate.bytes().forEach(bytes::add);
    return told;
  }

  /// JSON has no infinities; a token that cannot be has -9999, as OpenAI tells it.
  static double finite(double logprob) {
    return Math.max(logprob, -9999);
  }
}
