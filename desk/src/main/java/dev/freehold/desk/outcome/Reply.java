package dev.freehold.desk.outcome;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An answer that a person let go out.
///
/// @param ticket its id
/// @param to who gets it; may be empty
/// @param subject of the ticket
/// @param text what is said
public record Reply(String ticket, String to, String subject, String text) {
  public ObjectNode asJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("ticket", ticket)
        .put("to", to)
        .put("subject", subject)
        .put("text", text);
  }
}
