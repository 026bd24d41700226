package dev.freehold.engine.reply;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Values that a model wrote as bare text, turned into JSON by the type in a tool's schema.
///
/// Text is a string where the schema allows only strings. Where it allows other types too, or says
/// nothing, text that is JSON of an allowed type is that value; all else is a string. `True`,
/// `False` and `None`, which templates print for Python's values, count where the schema allows
/// booleans or null, and Python's notation of lists and dictionaries where it allows arrays or
/// objects.
final class SchemaValues {
  private enum Type {
    STRING,
    NUMBER,
    BOOLEAN,
    NULL,
    OBJECT,
    ARRAY
  }

  private static final int MAX_REFERENCES = 16;

  /// Schemas looked at to find the types of one value.
  private static final int MAX_CHOICES = 256;

  private SchemaValues() {}

  /// The schema of a property; a missing node where there is none.
  static JsonNode property(JsonNode schema, String name) {
    return resolve(schema, schema).path("properties").path(name);
  }

  /// The JSON of a text.
  ///
  /// @param schema of the value
  /// @param root the schema in which references are looked up
  static String json(String text, JsonNode schema, JsonNode root) {
    Set<Type> types = EnumSet.noneOf(Type.class);
    collect(schema, root, types, new int[] {MAX_CHOICES});
    boolean anything = types.isEmpty();
    if (types.equals(EnumSet.of(Type.STRING))) {
      return JsonText.quote(text);
    }
    String bare = text.strip();
    boolean constants = types.contains(Type.BOOLEAN) || types.contains(Type.NULL);
    Optional<String> json = JsonScanner.whole(constants ? PythonLiteral.constant(bare) : bare);
    if (json.isEmpty() && (types.contains(Type.ARRAY) || types.contains(Type.OBJECT))) {
      json = PythonLiteral.whole(bare);
    }
    if (json.isPresent()) {
      Type type = type(json.get());
      if (anything ? type != Type.STRING : types.contains(type)) {
        return json.get();
      }
    }
    return JsonText.quote(text);
  }

  private static Type type(String json) {
    return switch (json.charAt(0)) {
      case '"' -> Type.STRING;
      case '{' -> Type.OBJECT;
      case '[' -> Type.ARRAY;
      case 't', 'f' -> Type.BOOLEAN;
      case 'n' -> Type.NULL;
      default -> Type.NUMBER;
    };
  }

  /// Collects the types that a schema allows; none where it does not restrict them.
  ///
  /// @param left how many schemas may still be looked at
  private static void collect(JsonNode schema, JsonNode root, Set<Type> types, int[] left) {
    if (left[0]-- <= 0) {
      return;
    }
    JsonNode resolved = resolve(schema, root);
    JsonNode type = resolved.path("type");
    if (type.isString()) {
      add(type.stringValue(), types);
    }
    for (JsonNode one : type) {
      if (one.isString()) {
        add(one.stringValue(), types);
      }
    }
    if (resolved.path("nullable").asBoolean(false)) {
      types.add(Type.NULL);
    }
    if (!type.isMissingNode()) {
      return;
    }
    for (JsonNode value : resolved.path("enum")) {
      types.add(type(value.toString()));
    }
    if (!resolved.path("const").isMissingNode()) {
      types.add(type(resolved.path("const").toString()));
    }
    for (String choice : new String[] {"anyOf", "oneOf", "allOf"}) {
      for (JsonNode one : resolved.path(choice)) {
        collect(one, root, types, left);
      }
    }
  }

  private static void add(String name, Set<Type> types) {
    switch (name) {
      case "string" -> types.add(Type.STRING);
      case "number", "integer" -> types.add(Type.NUMBER);
      case "boolean" -> types.add(Type.BOOLEAN);
      case "null" -> types.add(Type.NULL);
      case "object" -> types.add(Type.OBJECT);
      case "array" -> types.add(Type.ARRAY);
      default -> {}
    }
  }

  /// Follows references inside the schema; one that leads elsewhere allows everything.
  private static JsonNode resolve(JsonNode schema, JsonNode root) {
    JsonNode at = schema;
    for (int i = 0; i < MAX_REFERENCES && at.path("$ref").isString(); i++) {
      String reference = at.path("$ref").stringValue();
      if (!reference.startsWith("#")) {
        return at.path("$ref").path("elsewhere");
      }
      JsonNode target = root;
      for (String step : reference.substring(1).split("/", MAX_REFERENCES)) {
        if (!step.isEmpty()) {
          target = target.path(step.replace("~1", "/").replace("~0", "~"));
        }
      }
      at = target;
    }
    return at;
  }
}
