package dev.freehold.server.anthropic;

import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.server.Access;
import dev.freehold.server.Exchange;
import dev.freehold.server.Route;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/models` as Anthropic's clients read it; they are known by their header `anthropic-version`.
/// All models are told at once.
final class ModelRoutes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String HEADER = "anthropic-version";

  private final ModelAdmin models;

  ModelRoutes(ModelAdmin models) {
    this.models = models;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/models", Access.USE, this::list).onlyWith(HEADER),
        Route.get("/v1/models/{id...}", Access.USE, this::show).onlyWith(HEADER));
  }

  private void list(Exchange exchange) {
    ObjectNode body = JSON.objectNode();
    ArrayNode data = body.putArray("data");
    List<ServedModel> all = models.models();
    all.forEach(model -> data.add(told(model)));
    body.put("has_more", false);
    if (all.isEmpty()) {
      body.putNull("first_id").putNull("last_id");
    } else {
      body.put("first_id", all.getFirst().name()).put("last_id", all.getLast().name());
    }
    exchange.reply(body);
  }

  private void show(Exchange exchange) {
    exchange.reply(told(models.show(exchange.pathParameter("id"))));
  }

  private static ObjectNode told(ServedModel model) {
    ObjectNode told =
        JSON.objectNode()
            .put("type", "model")
            .put("id", model.name())
            .put("display_name", model.name())
            .put("created_at", model.modified().toString())
            .putNull("capabilities");
    model
        .loaded()
        .map(ServedModel.Loaded::contextLength)
        .or(() -> model.details().map(ServedModel.Details::contextLength))
        .ifPresent(tokens -> told.put("max_input_tokens", tokens).put("max_tokens", tokens));
    return told;
  }
}
