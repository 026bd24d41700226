package dev.freehold.mcp.configuration;

import dev.freehold.mcp.McpException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The call that takes another one back, as the person's file names it: servers say no such thing.
///
/// @param tool of the same server
/// @param arguments texts that are `{arguments.NAME}` or `{result.NAME}` as a whole stand for what
///   the call that is taken back was given, or gave back; names within each other have dots between
public record UndoCall(String tool, JsonNode arguments) {
  private static final Pattern PLACE = Pattern.compile("\\{(arguments|result)((?:\\.[^.{}]+)+)}");

  /// What to call the tool with.
  ///
  /// @param given the arguments of the call that is taken back
  /// @param result what it gave back, where that was JSON; may be a missing node
  /// @throws McpException where a place names what is not there
  public JsonNode filled(JsonNode given, JsonNode result) {
    return filled(arguments, given, result);
  }

  private JsonNode filled(JsonNode node, JsonNode given, JsonNode result) {
    if (node.isObject()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        object.set(member.getKey(), filled(member.getValue(), given, result));
      }
      return object;
    }
    if (node.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> array.add(filled(element, given, result)));
      return array;
    }
    Matcher place = PLACE.matcher(node.isString() ? node.stringValue() : "");
    if (!place.matches()) {
      return node;
    }
    JsonNode value = place.group(1).equals("result") ? result : given;
    for (String name : place.group(2).substring(1).split("\\.")) {
      value = value.path(name);
    }
    if (value.isMissingNode()) {
      throw new McpException(
          "its undo takes %s, which the call did not have".formatted(node.stringValue()));
    }
    return value;
  }
}
