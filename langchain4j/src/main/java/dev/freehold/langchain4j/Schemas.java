package dev.freehold.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// LangChain4j's schema elements as JSON Schema.
///
/// @param closes whether objects that do not say so have no other properties than those they name
record Schemas(boolean closes) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// @throws UnsupportedFeatureException where an element is of an unknown kind
  /// @throws InvalidRequestException where a raw schema is no JSON
  JsonNode json(JsonSchemaElement element) {
    return switch (element) {
      case JsonObjectSchema object -> object(object);
      case JsonArraySchema array -> array(array);
      case JsonEnumSchema choice -> choice(choice);
      case JsonAnyOfSchema any -> anyOf(any);
      case JsonReferenceSchema reference ->
          described(reference).put("$ref", "#/$defs/" + reference.reference());
      case JsonStringSchema text -> described(text).put("type", "string");
      case JsonIntegerSchema integer -> described(integer).put("type", "integer");
      case JsonNumberSchema number -> described(number).put("type", "number");
      case JsonBooleanSchema truth -> described(truth).put("type", "boolean");
      case JsonNullSchema nothing -> described(nothing).put("type", "null");
      case JsonRawSchema raw -> raw(raw);
      default ->
          throw new UnsupportedFeatureException(
              "a schema element of " + element.getClass().getName() + " is not supported");
    };
  }

  private static ObjectNode described(JsonSchemaElement element) {
    ObjectNode schema = JSON.objectNode();
    if (element.description() != null) {
      schema.put("description", element.description());
    }
    return schema;
  }

  private JsonNode object(JsonObjectSchema object) {
    ObjectNode schema = described(object).put("type", "object");
    schema.set("properties", all(object.properties()));
    if (object.required() != null && !object.required().isEmpty()) {
      schema.set("required", texts(object.required()));
    }
    if (object.additionalProperties() != null) {
      schema.put("additionalProperties", object.additionalProperties());
    } else if (closes) {
      schema.put("additionalProperties", false);
    }
    if (object.definitions() != null && !object.definitions().isEmpty()) {
      schema.set("$defs", all(object.definitions()));
    }
    return schema;
  }

  private ObjectNode all(Map<String, JsonSchemaElement> elements) {
    ObjectNode schemas = JSON.objectNode();
    elements.forEach((name, element) -> schemas.set(name, json(element)));
    return schemas;
  }

  private JsonNode array(JsonArraySchema array) {
    ObjectNode schema = described(array).put("type", "array");
    if (array.items() != null) {
      schema.set("items", json(array.items()));
    }
    return schema;
  }

  private static JsonNode choice(JsonEnumSchema choice) {
    ObjectNode schema = described(choice).put("type", "string");
    schema.set("enum", texts(choice.enumValues()));
    return schema;
  }

  private JsonNode anyOf(JsonAnyOfSchema any) {
    ObjectNode schema = described(any);
    ArrayNode alternatives = schema.putArray("anyOf");
    any.anyOf().forEach(element -> alternatives.add(json(element)));
    return schema;
  }

  private static JsonNode raw(JsonRawSchema raw) {
    try {
      return JsonMapper.shared().readTree(raw.schema());
    } catch (JacksonException e) {
      throw new InvalidRequestException("a raw schema is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static ArrayNode texts(List<String> values) {
    ArrayNode texts = JSON.arrayNode();
    values.forEach(texts::add);
    return texts;
  }
}
