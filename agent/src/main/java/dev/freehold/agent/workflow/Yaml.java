package dev.freehold.agent.workflow;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A value of a YAML text, and the line in which it begins.
sealed interface Yaml {
  int line();

  /// @param entries in the order of the text
  /// @param lines of the keys
  record Mapping(int line, Map<String, Yaml> entries, Map<String, Integer> lines) implements Yaml {}

  record Sequence(int line, List<Yaml> items) implements Yaml {}

  /// @param value a text, a number, true, false or null
  record Scalar(int line, JsonNode value) implements Yaml {}

  /// The value without its lines.
  default JsonNode json() {
    return switch (this) {
      case Mapping mapping -> {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        mapping.entries().forEach((key, value) -> json.set(key, value.json()));
        yield json;
      }
      case Sequence sequence -> {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        sequence.items().forEach(item -> json.add(item.json()));
        yield json;
      }
      case Scalar scalar -> scalar.value();
    };
  }

  /// What it is, in a few words.
  default String described() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Sequence _ -> "a list";
      case Scalar scalar when scalar.value().isNull() -> "nothing";
      case Scalar scalar -> "\"" + Shown.text(scalar.value().asString()) + "\"";
    };
  }
}
