package dev.freehold.server.openai;

import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.server.Access;
import dev.freehold.server.Exchange;
import dev.freehold.server.Route;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/models`: which models there are.
final class ModelRoutes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ModelAdmin models;

  ModelRoutes(ModelAdmin models) {
    this.models = models;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/models", Access.USE, this::list),
        Route.get("/v1/models/{id...}", Access.USE, this::show));
  }

  private void list(Exchange exchange) {
    ObjectNode body = JSON.objectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    models.models().forEach(model -> data.add(told(model)));
    exchange.reply(body);
  }

  private void show(Exchange exchange) {
    exchange.reply(told(models.show(exchange.pathParameter("id"))));
  }

  private static ObjectNode told(ServedModel model) {
    ObjectNode told = JSON.objectNode();
    told.put("id", model.name());
    told.put("object", "model");
    told.put("created", model.modified().getEpochSecond());
    told.put("owned_by", "freehold");
    ObjectNode meta = told.putObject("meta").put("size", model.bytes());
    model
        .details()
        .ifPresent(details -> {
          meta.put("n_ctx_train", details.contextLength());
          meta.put("n_params", details.parameters());
          meta.put("n_embd", details.embeddingLength());
        });
    model
        .loaded()
        .ifPresent(loaded -> {
          meta.put("n_ctx", loaded.contextLength());
          told.put("max_model_len", loaded.contextLength());
        });
    ObjectNode architecture = told.putObject("architecture");
    architecture.putArray("input_modalities").add("text");
    architecture.putArray("output_modalities").add("text");
    return told;
  }
}
