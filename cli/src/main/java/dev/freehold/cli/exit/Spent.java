package dev.freehold.cli.exit;

import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Sums over requests: tokens and what they cost.
public final class Spent {
  private final SortedMap<String, Long> costMicros = new TreeMap<>();
  private long requests;
  private long prompt;
  private long answer;
  private long unpriced;

  /// Adds a request as a line of `usage export` has it.
  public void add(JsonNode request) {
    requests++;
    prompt += request.path("prompt_tokens").asLong(0);
    answer += request.path("completion_tokens").asLong(0);
    JsonNode cost = request.path("cost_micros");
    String currency = request.path("currency").asString("");
    if (cost.isNumber()) {
      if (!currency.isEmpty()) { // where nobody answered there is nothing to pay, in no currency
        costMicros.merge(currency, cost.asLong(0), Long::sum);
      }
    } else {
      unpriced++;
    }
  }

  /// Adds sums of others.
  public void add(Spent more) {
    requests += more.requests;
    prompt += more.prompt;
    answer += more.answer;
    unpriced += more.unpriced;
    more.costMicros.forEach((currency, micros) -> costMicros.merge(currency, micros, Long::sum));
  }

  public long requests() {
    return requests;
  }

  /// Tokens of prompts.
  public long prompt() {
    return prompt;
  }

  /// Tokens of answers.
  public long answer() {
    return answer;
  }

  /// What is known of the cost, by currency.
  public SortedMap<String, Long> costMicros() {
    return costMicros;
  }

  /// Requests whose cost is unknown.
  public long unpriced() {
    return unpriced;
  }

  ObjectNode json() {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("requests", requests).put("prompt_tokens", prompt).put("completion_tokens", answer);
    costMicros.forEach(told.putObject("cost_micros")::put);
    return told.put("unpriced", unpriced);
  }
}
