package dev.freehold.server.openai;

import static dev.freehold.server.openai.Shapes.JSON;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.Input;
import dev.freehold.server.Access;
import dev.freehold.server.Backends;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import dev.freehold.server.Route;
import dev.freehold.server.wire.ShortVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/v1/embeddings`.
final class EmbeddingRoutes {
  private static final int MAX_INPUTS = 2048;
  private static final int MAX_DIMENSIONS = 1 << 20;

  private final Backends backends;

  EmbeddingRoutes(Backends backends) {
    this.backends = backends;
  }

  List<Route> routes() {
    return List.of(Route.post("/v1/embeddings", Access.USE, this::embed));
  }

  private void embed(Exchange exchange) {
    Fields body = exchange.body();
    String model = body.string("model", "");
    boolean isBase64 =
        body.oneOf("encoding_format", List.of("float", "base64")).orElse("float").equals("base64");
    OptionalInt dimensions = body.integer("dimensions", 1, MAX_DIMENSIONS);
    List<Input> inputs = CompletionFields.Inputs.of(body, "input", MAX_INPUTS);
    ObjectNode reply = JSON.objectNode().put("object", "list");
    ArrayNode data = reply.putArray("data");
    long tokens = 0;
    for (Input input : inputs) {
      Embedding embedding =
          backends
              .embeddings()
              .embed(
                  new EmbeddingRequest(
                      model, input, EmbeddingRequest.Pooling.MODEL, exchange.caller()),
                  exchange.cancellation());
      float[] vector = shortened(embedding.vector(), dimensions);
      ObjectNode one = data.addObject().put("object", "embedding").put("index", data.size() - 1);
      if (isBase64) {
        one.put("embedding", base64(vector));
      } else {
        ArrayNode numbers = one.putArray("embedding");
        for (float number : vector) {
          numbers.add(number);
        }
      }
      tokens += embedding.tokens();
    }
    reply.put("model", backends.modelName(model));
    reply.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    exchange.reply(reply);
  }

  /// The first elements, brought back to length 1.
  private static float[] shortened(float[] vector, OptionalInt dimensions) {
    if (dimensions.isEmpty()) {
      return vector;
    }
    if (dimensions.getAsInt() > vector.length) {
      throw new ChatException(
          "dimensions",
          "expected at most %d, which this model has, found %d"
              .formatted(vector.length, dimensions.getAsInt()));
    }
    return ShortVector.of(vector, dimensions.getAsInt());
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
