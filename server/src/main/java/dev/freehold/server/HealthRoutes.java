package dev.freehold.server;

import dev.freehold.chat.ActivityBackend;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `/health`, which needs no key, and `/metrics`; neither wakes a model.
final class HealthRoutes implements Dialect {
  private final Dialect words;
  private final Metrics metrics;
  private final ActivityBackend activity;
  private final IntSupplier connections;

  /// @param words whose errors it uses
  HealthRoutes(Dialect words, Metrics metrics, ActivityBackend activity, IntSupplier connections) {
    this.words = words;
    this.metrics = metrics;
    this.activity = activity;
    this.connections = connections;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/health", Access.OPEN, HealthRoutes::health),
        Route.get("/metrics", Access.USE, this::metrics));
  }

  private static void health(Exchange exchange) {
    exchange.reply(JsonNodeFactory.instance.objectNode().put("status", "ok"));
  }

  private void metrics(Exchange exchange) {
    String text = metrics.text(activity, connections.getAsInt());
    exchange.reply(
        200, "text/plain; version=0.0.4; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
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
