package dev.freehold.gateway.ledger;

import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Usage as JSON, for programs and the page; money in millionths, durations in microseconds.
public final class UsageJson {
  private UsageJson() {}

  public static ObjectNode of(Usage usage, UsageQuery query) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("by", query.by().name().toLowerCase(java.util.Locale.ROOT));
    told.put("since", query.since().toString()).put("until", query.until().toString());
    told.put("zone", query.zone().getId());
    ArrayNode rows = told.putArray("rows");
    usage.rows().forEach(row -> rows.add(row(row)));
    told.set("total", row(usage.total()));
    ArrayNode failovers = told.putArray("failovers");
    for (Usage.Failover one : usage.failovers()) {
      failovers
          .addObject()
          .put("failed", one.failed())
          .put("failure", one.failure())
          .put("served", one.served())
          .put("requests", one.requests())
          .put("completion_tokens", one.completionTokens());
    }
    return told.put("unrecorded", usage.unrecorded());
  }

  private static ObjectNode row(Usage.Row row) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("name", row.name()).put("requests", row.requests()).put("ok", row.ok());
    sums(told.putObject("outcomes"), row.outcomes());
    told.put("prompt_tokens", row.tokens().prompt()).put("cached_tokens", row.tokens().cached());
    told.put("completion_tokens", row.tokens().completion());
    told.put("reasoning_tokens", row.tokens().reasoning());
    sums(told.putObject("cost_micros"), row.costMicros());
    told.put("unpriced_requests", row.unpriced());
    sums(told.putObject("unsettled_micros"), row.unsettledMicros());
    told.put("unsettled_requests", row.unsettled());
    row.firstToken().ifPresent(latency -> latency(told.putObject("first_token_micros"), latency));
    row.whole().ifPresent(latency -> latency(told.putObject("whole_micros"), latency));
    sums(told.putObject("millijoules"), row.millijoules());
    return told.put("saved_by_failover", row.saved());
  }

  private static void latency(ObjectNode told, Usage.Latency latency) {
    told.put("p50", latency.p50()).put("p95", latency.p95());
  }

  private static void sums(ObjectNode told, Map<String, Long> sums) {
    sums.forEach(told::put);
  }
}
