package dev.freehold.engine.constraint;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Says `dependentRequired` and simple forms of `not` in other words: as schemas of which one has
/// to hold.
final class Negations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> TYPES =
      List.of("object", "array", "string", "number", "boolean", "null");

  private final Meter meter;

  Negations(Meter meter) {
    this.meter = meter;
  }

  /// For each property that needs others: it is missing, or the others are there too.
  List<List<Located>> dependentRequired(Located schema, String keyword) {
    Located dependent = schema.at(keyword);
    if (!dependent.node().isObject()) {
      throw meter.refusal(dependent.pointer(), "expected an object of lists of names");
    }
    List<List<Located>> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : dependent.node().properties()) {
      String place = dependent.pointerTo(entry.getKey());
      if (!entry.getValue().isArray()) {
        throw meter.refusal(place, "expected a list of names; schemas are not supported here");
      }
      ObjectNode without = JSON.objectNode();
      without.putObject("properties").put(entry.getKey(), false);
      ObjectNode with = JSON.objectNode();
      ArrayNode required = with.putArray("required").add(entry.getKey());
      entry.getValue().forEach(required::add);
      all.add(
          List.of(new Located(without, place + "?without"), new Located(with, place + "?with")));
    }
    return all;
  }

  /// The schemas of which one has to hold where `not` stands.
  List<Located> not(Located schema) {
    Located negated = schema.at("not");
    JsonNode node = negated.node();
    if (node.isBoolean()) {
      return List.of(new Located(JSON.booleanNode(!node.booleanValue()), negated.pointer()));
    }
    Set<String> keywords = new LinkedHashSet<>(node.propertyNames());
    boolean isKnown =
        node.isObject() && !keywords.isEmpty() && Set.of("type", "required").containsAll(keywords);
    if (!isKnown) {
      throw meter.refusal(
          negated.pointer(),
          "the keyword \"not\" is supported with \"required\" and \"type\" only; say what is"
              + " allowed with enum, pattern or anyOf");
    }
    List<Located> choices = new ArrayList<>();
    if (node.has("type")) {
      choices.add(new Located(otherTypes(negated), negated.pointer() + "?type"));
    }
    if (node.has("required")) {
      for (JsonNode name : node.path("required")) {
        if (!name.isString()) {
          throw meter.refusal(negated.pointerTo("required"), "expected a list of names");
        }
        ObjectNode without = JSON.objectNode().put("type", "object");
        without.putObject("properties").put(name.stringValue(), false);
        choices.add(
            new Located(without, negated.pointer() + "?" + Located.escaped(name.stringValue())));
      }
    }
    return choices;
  }

  private JsonNode otherTypes(Located negated) {
    JsonNode type = negated.node().path("type");
    Set<String> left = new LinkedHashSet<>(TYPES);
    for (JsonNode one : type.isArray() ? type : JSON.arrayNode().add(type)) {
      if (!one.isString() || !left.remove(one.stringValue())) {
        throw meter.refusal(
            negated.pointerTo("type"), "expected object, array, string, number, boolean or null");
      }
    }
    if (left.isEmpty()) {
      return JSON.booleanNode(false);
    }
    ArrayNode types = JSON.arrayNode();
    left.forEach(types::add);
    return JSON.objectNode().set("type", types);
  }
}
