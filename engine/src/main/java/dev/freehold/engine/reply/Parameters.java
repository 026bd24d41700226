package dev.freehold.engine.reply;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The arguments of one call as an object that grows member by member.
final class Parameters {
  private final Set<String> names = new HashSet<>();

  void begin(CallWriter out) {
    names.clear();
    out.arguments("{");
  }

  /// Adds a member; false where there is one of that name already.
  ///
  /// @param json the value
  boolean add(String name, String json, CallWriter out) {
    if (!names.add(name)) {
      return false;
    }
    StringBuilder member = new StringBuilder(names.size() > 1 ? "," : "");
    JsonText.quote(name, member);
    out.arguments(member.append(':').append(json));
    return true;
  }

  /// Adds a member whose value was written without quotes, by the type that the schema gives it.
  boolean addText(String name, String text, CallWriter out) {
    JsonNode schema = out.schema();
    return add(name, SchemaValues.json(text, SchemaValues.property(schema, name), schema), out);
  }

  void end(CallWriter out) {
    out.arguments("}");
    out.end();
  }
}
