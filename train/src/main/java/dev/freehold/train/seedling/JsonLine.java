package dev.freehold.train.seedling;

import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/// JSON on one line, with a space after each comma and colon: as Python's `json.dumps` writes, and
/// with it the filter `tojson` of chat templates.
final class JsonLine {
  private JsonLine() {}

  /// Keys keep their order. Text must be ASCII.
  static String of(JsonNode node) {
    if (node.isObject()) {
      StringJoiner fields = new StringJoiner(", ", "{", "}");
      node.properties()
          .forEach(field -> fields.add(quoted(field.getKey()) + ": " + of(field.getValue())));
      return fields.toString();
    }
    if (node.isArray()) {
      StringJoiner elements = new StringJoiner(", ", "[", "]");
      node.forEach(element -> elements.add(of(element)));
      return elements.toString();
    }
    return node.isString() ? quoted(node.stringValue()) : node.toString();
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        throw new IllegalArgumentException("not printable ASCII: character " + (int) c);
      }
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c);
    }
    return out.append('"').toString();
  }
}
