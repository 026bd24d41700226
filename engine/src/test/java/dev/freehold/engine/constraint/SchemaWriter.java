package dev.freehold.engine.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes schemas like those that programs send: parameters of tools, records to extract, trees,
/// tagged unions, maps, configurations; each a function of its seed.
final class SchemaWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> NAMES =
      List.of(
          "name",
          "id",
          "title",
          "description",
          "price",
          "count",
          "tags",
          "address",
          "email",
          "created_at",
          "status",
          "items",
          "user-id",
          "größe",
          "a/b",
          "x~y",
          "quote\"d",
          "",
          "$ref",
          "type",
          "properties",
          "children",
          "value",
          "unit",
          "query",
          "limit",
          "options");
  private static final List<String> PATTERNS =
      List.of(
          "^[A-Z]{2,3}-[0-9]{1,5}$",
          "^\\d{5}(-\\d{4})?$",
          "^[a-z][a-z0-9_]*$",
          "^(red|green|blue)$",
          "^#[0-9a-fA-F]{6}$",
          "^\\+?[1-9]\\d{1,14}$",
          "foo",
          "^[^\\s\"\\\\]+$",
          "^\\S+@\\S+\\.\\S+$",
          "^v\\d+\\.\\d+\\.\\d+(-[\\w.]+)?$",
          "\\.(png|jpe?g)$");
  private static final List<String> FORMATS =
      List.of(
          "date",
          "time",
          "date-time",
          "uuid",
          "email",
          "ipv4",
          "ipv6",
          "uri",
          "hostname",
          "duration",
          "uri-reference",
          "json-pointer",
          "int64",
          "password",
          "relative-json-pointer");

  private final Random random;
  private final ObjectNode definitions = JSON.objectNode();

  private SchemaWriter(long seed) {
    this.random = new Random(seed);
  }

  static ObjectNode write(long seed) {
    return new SchemaWriter(seed).root();
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private ObjectNode root() {
    if (oneIn(3)) {
      definitions.set("node", tree());
    }
    if (oneIn(2)) {
      definitions.set("money", money());
    }
    ObjectNode root = oneIn(6) ? value(3) : object(3);
    if (oneIn(3)) {
      root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    }
    if (!definitions.isEmpty()) {
      root.set("$defs", definitions);
    }
    return root;
  }

  private ObjectNode tree() {
    ObjectNode node = JSON.objectNode().put("type", "object");
    ObjectNode properties = node.putObject("properties");
    properties.set("value", scalar());
    ObjectNode children = properties.putObject("children").put("type", "array");
    children.putObject("items").put("$ref", "#/$defs/node");
    if (oneIn(2)) {
      ArrayNode next = properties.putObject("next").putArray("anyOf");
      next.addObject().put("$ref", "#/$defs/node");
      next.addObject().put("type", "null");
    }
    node.putArray("required").add("value");
    node.put("additionalProperties", false);
    return node;
  }

  private ObjectNode money() {
    ObjectNode node = JSON.objectNode().put("type", "object");
    ObjectNode properties = node.putObject("properties");
    properties.putObject("amount").put("type", "number").put("minimum", 0).put("multipleOf", 0.01);
    properties.putObject("currency").put("type", "string").put("pattern", "^[A-Z]{3}$");
    node.putArray("required").add("amount").add("currency");
    return node;
  }

  private ObjectNode value(int depth) {
    ObjectNode schema =
        switch (depth <= 0 ? random.nextInt(4) : random.nextInt(14)) {
          case 0, 1, 2, 3 -> scalar();
          case 4, 5, 6 -> object(depth - 1);
          case 7, 8 -> array(depth - 1);
          case 9 -> anyOf(depth - 1);
          case 10 -> tagged(depth - 1);
          case 11 -> map(depth - 1);
          case 12 -> reference(depth);
          default -> allOf(depth - 1);
        };
    if (oneIn(4)) {
      schema.put("description", "what it is for");
    }
    if (oneIn(8)) {
      schema.put("title", "Title").set("default", JSON.nullNode());
    }
    return schema;
  }

  private ObjectNode reference(int depth) {
    if (definitions.isEmpty()) {
      return object(depth - 1);
    }
    List<String> names = new ArrayList<>(definitions.propertyNames());
    return JSON.objectNode().put("$ref", "#/$defs/" + pick(names));
  }

  private ObjectNode scalar() {
    ObjectNode schema = JSON.objectNode();
    return switch (random.nextInt(7)) {
      case 0, 1 -> string(schema.put("type", "string"));
      case 2 -> integer(schema.put("type", "integer"));
      case 3 -> number(schema.put("type", "number"));
      case 4 -> schema.put("type", "boolean");
      case 5 -> listed(schema);
      default -> {
        ArrayNode types = schema.putArray("type");
        types.add(pick(List.of("string", "integer", "number", "boolean"))).add("null");
        yield schema;
      }
    };
  }

  private ObjectNode listed(ObjectNode schema) {
    if (oneIn(4)) {
      return schema.put("const", pick(NAMES));
    }
    if (oneIn(2)) {
      schema.put("type", "string");
    }
    ArrayNode values = schema.putArray("enum");
    for (int i = random.nextInt(6); i >= 0; i--) {
      values.add(pick(NAMES));
    }
    if (oneIn(3)) {
      values.add(random.nextInt(100)).add(JSON.nullNode()).add(true).add(1.5);
    }
    if (oneIn(8)) {
      values.addObject().put("k", "v").putArray("list").add(1).add("two");
    }
    return schema;
  }

  private ObjectNode string(ObjectNode schema) {
    switch (random.nextInt(5)) {
      case 0 -> schema.put("format", pick(FORMATS));
      case 1 -> schema.put("pattern", pick(PATTERNS));
      case 2 -> schema.put("minLength", random.nextInt(4)).put("maxLength", 4 + random.nextInt(90));
      case 3 -> {
        if (oneIn(3)) {
          schema.put("pattern", pick(PATTERNS)).put("maxLength", 5 + random.nextInt(20));
        }
      }
      default -> schema.put("minLength", 1);
    }
    return schema;
  }

  private ObjectNode integer(ObjectNode schema) {
    int low = random.nextInt(2000) - 1000;
    if (oneIn(2)) {
      schema.put(oneIn(3) ? "exclusiveMinimum" : "minimum", low);
    }
    if (oneIn(2)) {
      schema.put(oneIn(3) ? "exclusiveMaximum" : "maximum", low + 2 + random.nextInt(5000));
    }
    if (oneIn(5)) {
      schema.put("multipleOf", 1 + random.nextInt(12));
    }
    return schema;
  }

  private ObjectNode number(ObjectNode schema) {
    double low = Math.round((random.nextDouble() * 200 - 100) * 1000) / 1000.0;
    if (oneIn(2)) {
      schema.put(oneIn(3) ? "exclusiveMinimum" : "minimum", low);
    }
    if (oneIn(2)) {
      schema.put(oneIn(3) ? "exclusiveMaximum" : "maximum", low + 0.5 + random.nextInt(9));
    }
    if (oneIn(6)) {
      schema.put("multipleOf", pick(List.of(0.5, 0.01, 0.25, 3.0)));
    }
    return schema;
  }

  private ObjectNode object(int depth) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    int count = random.nextInt(6);
    for (int i = 0; i <= count; i++) {
      String name = pick(NAMES);
      if (!properties.has(name) && !oneIn(2)) {
        required.add(name);
      }
      properties.set(name, value(depth));
    }
    if (!oneIn(4)) {
      schema.set("required", required);
    }
    switch (random.nextInt(6)) {
      case 0, 1 -> schema.put("additionalProperties", false);
      case 2 -> schema.put("additionalProperties", true);
      case 3 -> schema.set("additionalProperties", scalar());
      default -> {
        if (oneIn(5)) {
          schema.put("minProperties", 1).put("maxProperties", count + 2);
        }
      }
    }
    if (oneIn(150)) {
      rare(schema);
    }
    return schema;
  }

  /// Keywords that are rare, some of which cannot be held.
  private void rare(ObjectNode schema) {
    switch (random.nextInt(5)) {
      case 0 -> schema.putObject("patternProperties").set("^x-", scalar());
      case 1 -> schema.putObject("propertyNames").put("maxLength", 20);
      case 2 -> schema.putObject("not").putArray("required").add("name");
      case 3 -> {
        schema.putObject("if").putArray("required").add("name");
        schema.putObject("then").putArray("required").add("id");
      }
      default -> schema.putObject("dependentRequired").putArray("name").add("id");
    }
  }

  private ObjectNode array(int depth) {
    ObjectNode schema = JSON.objectNode().put("type", "array");
    if (oneIn(5)) {
      ArrayNode prefix = schema.putArray("prefixItems");
      prefix.add(value(depth)).add(scalar());
      if (oneIn(2)) {
        schema.put("items", false);
      }
    } else if (!oneIn(8)) {
      schema.set("items", value(depth));
    }
    if (oneIn(2)) {
      schema.put("minItems", random.nextInt(3));
    }
    if (oneIn(2)) {
      schema.put("maxItems", 2 + random.nextInt(6));
    }
    if (oneIn(25)) {
      schema.put("uniqueItems", true);
      if (!oneIn(3)) {
        schema.set("items", listed(JSON.objectNode()));
        schema.remove("prefixItems");
      }
    }
    return schema;
  }

  private ObjectNode anyOf(int depth) {
    ObjectNode schema = JSON.objectNode();
    ArrayNode some = schema.putArray(oneIn(15) ? "oneOf" : "anyOf");
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      some.add(value(depth));
    }
    some.addObject().put("type", "null");
    return schema;
  }

  private ObjectNode tagged(int depth) {
    ObjectNode schema = JSON.objectNode();
    ArrayNode some = schema.putArray(oneIn(2) ? "oneOf" : "anyOf");
    for (String tag : List.of("circle", "square", "text")) {
      ObjectNode one = object(depth);
      ((ObjectNode) one.path("properties")).putObject("kind").put("const", tag);
      ArrayNode required = one.putArray("required");
      required.add("kind");
      some.add(one);
    }
    return schema;
  }

  private ObjectNode map(int depth) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    if (oneIn(2)) {
      schema.set("additionalProperties", value(depth));
    } else {
      schema.putObject("patternProperties").set("^[a-z]+$", value(depth));
      schema.put("additionalProperties", false);
    }
    if (oneIn(3)) {
      schema.put("minProperties", 1);
    }
    return schema;
  }

  private ObjectNode allOf(int depth) {
    ObjectNode schema = JSON.objectNode();
    ArrayNode all = schema.putArray("allOf");
    for (int i = 0; i < 2; i++) {
      ObjectNode one = object(depth);
      if (!oneIn(6)) {
        one.remove("additionalProperties");
      }
      all.add(one);
    }
    return schema;
  }
}
