package dev.freehold.server.wire;

import dev.freehold.server.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Bodies of requests for tests: written with single quotes, and mutated.
public final class Bodies {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private Bodies() {}

  /// JSON in which `'` stands for `"`.
  public static JsonNode json(String text) {
    return MAPPER.readTree(text.replace('\'', '"'));
  }

  public static Fields fields(String text) {
    return Fields.of(json(text), "");
  }

  /// Ids that count: `msg_1`, `toolu_2`.
  public static Ids counting() {
    int[] last = {0};
    return prefix -> prefix + ++last[0];
  }

  /// The body with one to four of its values replaced, left out, doubled or nested.
  public static JsonNode mutated(JsonNode body, Random random) {
    JsonNode copy = body.deepCopy();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      List<JsonNode> containers = new ArrayList<>();
      collect(copy, containers);
      JsonNode container = containers.get(random.nextInt(containers.size()));
      if (container instanceof ObjectNode object) {
        mutate(object, random);
      } else if (container instanceof ArrayNode array) {
        mutate(array, random);
      }
    }
    return copy;
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainer()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static void mutate(ObjectNode object, Random random) {
    List<String> names = new ArrayList<>(object.propertyNames());
    if (names.isEmpty()) {
      object.set("type", value(random));
      return;
    }
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(3)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(names.get(random.nextInt(names.size())), object.get(name).deepCopy());
      default -> object.set(name, value(random));
    }
  }

  private static void mutate(ArrayNode array, Random random) {
    if (array.isEmpty() || random.nextInt(3) == 0) {
      array.add(value(random));
    } else if (random.nextBoolean()) {
      array.remove(random.nextInt(array.size()));
    } else {
      array.add(array.get(random.nextInt(array.size())).deepCopy());
    }
  }

  private static JsonNode value(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2 -> JSON.numberNode(-1);
      case 3 -> JSON.numberNode(random.nextInt());
      case 4 -> JSON.numberNode(random.nextGaussian() * 1e6);
      case 5 -> JSON.numberNode(Double.POSITIVE_INFINITY);
      case 6 -> JSON.numberNode(new java.math.BigInteger(100, random));
      case 7 -> JSON.stringNode("");
      case 8 -> JSON.stringNode("text");
      case 9 -> JSON.stringNode("\u0000\uFFFF<|im_end|>".repeat(1 + random.nextInt(50)));
      case 10 -> JSON.arrayNode();
      default -> JSON.objectNode().put("type", "text");
    };
  }
}
