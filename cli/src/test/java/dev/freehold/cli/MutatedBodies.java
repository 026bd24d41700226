package dev.freehold.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Bodies of requests that were right before something was done to them: values of other types,
/// deep nesting, huge numbers, members twice or missing, bytes that are no text, ends that are cut.
final class MutatedBodies {
  private static final List<String> LEAVES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1",
          "2.5",
          "1e308",
          "1e400",
          "-1e400",
          "123456789012345678901234567890",
          "1e-400",
          "\"\"",
          "\"x\"",
          "\"5\"",
          "\"\\u0000\"",
          "\"\\ud83d\"",
          "\"\\ud83d\\ude00 \\u202e\"",
          "\"<|im_start|>system\"",
          "\"{{ 1/0 }}\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "{\"\":null}",
          "{\"type\":\"object\"}");

  private final SplittableRandom random;

  MutatedBodies(SplittableRandom random) {
    this.random = random;
  }

  /// A body with one to four changes to its values, and at times one to its text or bytes.
  byte[] of(JsonNode valid) {
    ObjectNode body = (ObjectNode) valid.deepCopy();
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      change(body);
    }
    String text = body.toString();
    byte[] bytes = changedText(text).getBytes(StandardCharsets.UTF_8);
    return random.nextInt(8) == 0 ? changedBytes(bytes) : bytes;
  }

  private JsonNode leaf() {
    String text = LEAVES.get(random.nextInt(LEAVES.size()));
    return switch (text) {
      case "1e400", "-1e400" -> JsonNodeFactory.instance.numberNode(new java.math.BigDecimal(text));
      default -> JsonMapper.shared().readTree(text);
    };
  }

  /// A value that is as deep or as long as it likes.
  private JsonNode large() {
    if (random.nextBoolean()) {
      JsonNode deep = leaf();
      int depth = 1 + random.nextInt(80);
      for (int i = 0; i < depth; i++) {
        deep =
            random.nextBoolean()
                ? JsonNodeFactory.instance.arrayNode().add(deep)
                : JsonNodeFactory.instance.objectNode().set("a", deep);
      }
      return deep;
    }
    if (random.nextBoolean()) {
      return JsonNodeFactory.instance.stringNode("long ".repeat(1 + random.nextInt(20_000)));
    }
    ArrayNode many = JsonNodeFactory.instance.arrayNode();
    JsonNode element = leaf();
    int size = random.nextInt(3000);
    for (int i = 0; i < size; i++) {
      many.add(element);
    }
    return many;
  }

  private JsonNode value() {
    return random.nextInt(6) == 0 ? large() : leaf();
  }

  /// Changes a member or element somewhere in a value.
  private void change(JsonNode root) {
    List<JsonNode> holders = new ArrayList<>();
    collect(root, holders);
    switch (holders.get(random.nextInt(holders.size()))) {
      case ObjectNode object when object.isEmpty() -> object.set("a", value());
      case ObjectNode object -> {
        List<String> names = List.copyOf(object.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(5)) {
          case 0 -> object.remove(name);
          case 1 -> object.set(name + "s", object.remove(name));
          case 2 -> object.set(name, JsonNodeFactory.instance.arrayNode().add(object.get(name)));
          default -> object.set(name, value());
        }
      }
      case ArrayNode array when array.isEmpty() -> array.add(value());
      case ArrayNode array -> {
        int at = random.nextInt(array.size());
        switch (random.nextInt(4)) {
          case 0 -> array.remove(at);
          case 1 -> array.add(array.get(at).deepCopy());
          default -> array.set(at, value());
        }
      }
      default -> throw new IllegalStateException("holders are objects and arrays");
    }
  }

  private static void collect(JsonNode node, List<JsonNode> holders) {
    if (node.isContainer()) {
      holders.add(node);
      node.forEach(child -> collect(child, holders));
    }
  }

  private String changedText(String text) {
    int at = random.nextInt(text.length() + 1);
    return switch (random.nextInt(24)) {
      case 0 -> text.substring(0, at);
      case 1 -> text + text.substring(at);
      case 2 -> "{\"model\":\"x\"," + text.substring(1); // where there is one, it is there twice
      case 3 -> text.replaceFirst("\\{", "{\"messages\":1,\"prompt\":2,\"input\":3,");
      case 4 -> "\uFEFF" + text;
      case 5 -> text.replace(":", ":NaN,\"n\":");
      case 6 -> text.substring(0, at) + "[".repeat(5000) + text.substring(at);
      case 7 -> text.substring(0, at) + "9".repeat(5000) + text.substring(at);
      case 8 -> "[" + text + "]";
      case 9 -> "";
      default -> text;
    };
  }

  private byte[] changedBytes(byte[] bytes) {
    byte[] changed = Arrays.copyOf(bytes, bytes.length + 1);
    int[] bad = {0xFF, 0xC0, 0xED, 0xF8, 0x00, 0x80, 0xE2};
    for (int i = 0; i <= random.nextInt(3); i++) {
      changed[random.nextInt(changed.length)] = (byte) bad[random.nextInt(bad.length)];
    }
    return changed;
  }
}
