package dev.freehold.gateway.upstream;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What vendors ask of JSON Schemas.
final class Schemas {
  private Schemas() {}

  /// Whether OpenAI's strict mode takes a schema: all objects in it name all their members as
  /// required and allow no others. Schemas of other kinds are taken without that mode.
  static boolean isStrict(JsonNode schema) {
    if (!schema.isObject() || schema.path("$ref").isString()) {
      return schema.path("$ref").isString();
    }
    if (schema.path("type").stringValue("").equals("object") || schema.has("properties")) {
      Set<String> required = new HashSet<>();
      schema.path("required").forEach(name -> required.add(name.stringValue("")));
      Set<String> members = new HashSet<>(schema.path("properties").propertyNames());
      boolean isClosed =
          schema.path("additionalProperties").isBoolean()
              && !schema.path("additionalProperties").booleanValue();
      if (!isClosed || !required.equals(members)) {
        return false;
      }
    }
    for (String many : new String[] {"properties", "$defs", "definitions"}) {
      for (JsonNode member : schema.path(many)) {
        if (!isStrict(member)) {
          return false;
        }
      }
    }
    for (JsonNode member : schema.path("anyOf")) {
      if (!isStrict(member)) {
        return false;
      }
    }
    return !schema.has("items") || isStrict(schema.path("items"));
  }
}
