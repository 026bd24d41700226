package dev.freehold.server.ollama;

import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.server.Access;
import dev.freehold.server.Exchange;
import dev.freehold.server.Route;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/api/tags`, `/api/ps` and `/api/show`: which models there are, which are in memory, and what
/// one is.
final class ModelRoutes {
  private final ModelAdmin models;
  private final ModelNames names;

  ModelRoutes(ModelAdmin models) {
    this.models = models;
    this.names = new ModelNames(models);
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/tags", Access.USE, this::tags),
        Route.get("/api/ps", Access.USE, this::running),
        Route.post("/api/show", Access.USE, this::show));
  }

  private void tags(Exchange exchange) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode listed = body.putArray("models");
    models.models().forEach(model -> listed.add(ModelJson.listed(model)));
    exchange.reply(body);
  }

  private void running(Exchange exchange) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode running = body.putArray("models");
    for (ServedModel model : models.models()) {
      model.loaded().ifPresent(loaded -> running.add(ModelJson.running(model, loaded)));
    }
    exchange.reply(body);
  }

  private void show(Exchange exchange) {
    String asked = OllamaRequest.model(exchange.body());
    exchange.reply(ModelJson.shown(models.show(names.served(asked)), asked));
  }
}
