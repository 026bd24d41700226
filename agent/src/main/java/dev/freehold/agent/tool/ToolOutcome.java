package dev.freehold.agent.tool;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// What came of a call.
///
/// @param text what the model reads
/// @param isError whether it was not done
/// @param details what the tool needs to undo it, or who looks at the run wants to know; the model
///   does not see it; may be a missing node
public record ToolOutcome(String text, boolean isError, JsonNode details) {
  public static ToolOutcome of(String text) {
    return new ToolOutcome(text, false, MissingNode.getInstance());
  }

  public static ToolOutcome error(String text) {
    return new ToolOutcome(text, true, MissingNode.getInstance());
  }

  public ToolOutcome withDetails(JsonNode newDetails) {
    return new ToolOutcome(text, isError, newDetails);
  }

  /// As it is written into a journal.
  public ObjectNode asJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("text", text).put("error", isError);
    if (!details.isMissingNode()) {
      json.set("details", details);
    }
    return json;
  }

  /// As it was written into a journal.
  public static ToolOutcome of(JsonNode json) {
    return new ToolOutcome(
        json.path("text").asString(""), json.path("error").asBoolean(false), json.path("details"));
  }
}
