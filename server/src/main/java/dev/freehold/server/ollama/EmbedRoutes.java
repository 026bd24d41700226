package dev.freehold.server.ollama;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.ServedModel;
import dev.freehold.chat.TokenBackend;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import dev.freehold.server.Route;
import dev.freehold.server.wire.ShortVector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/api/embed`, and `/api/embeddings` as it was before.
///
/// A text that does not fit the model's context is an error, unless `truncate: true` asks for it to
/// be cut; the marks that the model wants at its end stay then.
final class EmbedRoutes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_INPUTS = 100_000;

  private final Backends backends;
  private final ModelNames names;

  EmbedRoutes(Backends backends) {
    this.backends = backends;
    this.names = new ModelNames(backends.models());
  }

  List<Route> routes() {
    return List.of(
        Route.post("/api/embed", Access.USE, this::embed),
        Route.post("/api/embeddings", Access.USE, this::embedOne));
  }

  private void embed(Exchange exchange) {
    Fields body = exchange.body();
    String asked = OllamaRequest.model(body);
    List<String> inputs = body.strings("input", MAX_INPUTS);
    int dimensions = body.integer("dimensions", 0, Integer.MAX_VALUE, 0);
    boolean mayCut = body.bool("truncate", false);
    String model = names.served(asked);
    Instant before = exchange.clock().instant();
    backends.models().load(model, KeepAlive.granted(exchange, KeepAlive.read(body)));
    Duration loading = Duration.between(before, exchange.clock().instant());
    ObjectNode reply = JSON.objectNode().put("model", asked);
    ArrayNode vectors = reply.putArray("embeddings");
    int tokens = 0;
    boolean isEmpty = inputs.size() == 1 && inputs.getFirst().isEmpty();
    for (int i = 0; i < (isEmpty ? 0 : inputs.size()); i++) {
      Input input = input(model, inputs.get(i), mayCut);
      Embedding embedding = embedding(exchange, model, input, "input[%d]".formatted(i));
      tokens += embedding.tokens();
      float[] vector = embedding.vector();
      vectors.add(numbers(ShortVector.of(vector, dimensions == 0 ? vector.length : dimensions)));
    }
    reply
        .put(
            "total_duration",
            Duration.between(exchange.started(), exchange.clock().instant()).toNanos())
        .put("load_duration", loading.toNanos())
        .put("prompt_eval_count", tokens);
    exchange.reply(reply);
  }

  private void embedOne(Exchange exchange) {
    Fields body = exchange.body();
    String model = names.served(OllamaRequest.model(body));
    String prompt = body.string("prompt", "");
    backends.models().load(model, KeepAlive.granted(exchange, KeepAlive.read(body)));
    ObjectNode reply = JSON.objectNode();
    if (prompt.isEmpty()) {
      reply.putArray("embedding");
    } else {
      Embedding embedding = embedding(exchange, model, new Input.Text(prompt), "prompt");
      reply.set("embedding", numbers(embedding.vector()));
    }
    exchange.reply(reply);
  }

  private Embedding embedding(Exchange exchange, String model, Input input, String field) {
    try {
      return backends
          .embeddings()
          .embed(
              new EmbeddingRequest(model, input, EmbeddingRequest.Pooling.MODEL, exchange.caller()),
              exchange.cancellation());
    } catch (ChatException e) {
      if (e.kind() == ChatException.Kind.CONTEXT_EXCEEDED && e.field().isEmpty()) {
        ChatException named = new ChatException(e.kind(), field, String.valueOf(e.getMessage()));
        named.initCause(e);
        throw named;
      }
      throw e;
    }
  }

  private Input input(String model, String text, boolean mayCut) {
    Optional<Integer> most =
        mayCut
            ? backends.models().show(model).loaded().map(ServedModel.Loaded::contextLength)
            : Optional.empty();
    if (most.isEmpty()) {
      return new Input.Text(text);
    }
    TokenBackend tokens = backends.tokens();
    List<Integer> ids = tokens.tokenize(model, text);
    return ids.size() <= most.get()
        ? new Input.Text(text)
        : new Input.Tokens(cut(ids, tokens.tokenize(model, ""), most.get()));
  }

  /// The first of the ids, and those at the end that are there for an empty text too.
  ///
  /// @param marks the ids of the empty text
  static List<Integer> cut(List<Integer> ids, List<Integer> marks, int most) {
    int begin = 0;
    while (begin < marks.size() && marks.get(begin).equals(ids.get(begin))) {
      begin++;
    }
    int end = marks.size() - begin;
    if (end > 0
        && !ids.subList(ids.size() - end, ids.size()).equals(marks.subList(begin, begin + end))) {
      end = 0;
    }
    int kept = Math.max(0, most - end);
    List<Integer> cut = new ArrayList<>(ids.subList(0, kept));
    cut.addAll(ids.subList(ids.size() - Math.min(end, most), ids.size()));
    return cut;
  }

  private static JsonNode numbers(float[] vector) {
    ArrayNode numbers = JSON.arrayNode();
    for (float value : vector) {
      numbers.add(value);
    }
    return numbers;
  }
}
