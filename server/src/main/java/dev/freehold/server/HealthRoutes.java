package dev.freehold.server;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `/health`: whether the server answers; needs no key and wakes no model.
final class HealthRoutes implements Dialect {
  private final Dialect words;

  /// @param words whose errors it uses
  HealthRoutes(Dialect words) {
    this.words = words;
  }

  @Override
  public List<Route> routes() {
    return List.of(Route.get("/health", Access.OPEN, HealthRoutes::health));
  }

  private static void health(Exchange exchange) {
    exchange.reply(JsonNodeFactory.instance.objectNode().put("status", "ok"));
  }

  @Override
  public JsonNode error(Problem problem, String requestId) {
    return words.error(problem, requestId);
  }

  @Override
  public String brokenOff(Problem problem, String requestId) {
    return words.brokenOff(problem, requestId);
  }
}
