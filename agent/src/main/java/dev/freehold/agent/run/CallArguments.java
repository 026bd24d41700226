package dev.freehold.agent.run;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Arguments as models write them.
final class CallArguments {
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(8 << 20, 64, 4 << 20, 128, 1 << 12);

  private CallArguments() {}

  /// The object that the text is; empty where it is none.
  static Optional<JsonNode> read(String text) {
    if (text.isBlank()) {
      return Optional.of(JsonNodeFactory.instance.objectNode());
    }
    try {
      return Optional.of(
              StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "arguments", LIMITS))
          .filter(JsonNode::isObject);
    } catch (TensorException failure) {
      return Optional.empty();
    }
  }

  /// Why it is none, for the model.
  static String problem(String text) {
    try {
      StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "arguments", LIMITS);
      return "the arguments must be one JSON object";
    } catch (TensorException failure) {
      return "the arguments are no JSON: " + failure.getMessage();
    }
  }
}
