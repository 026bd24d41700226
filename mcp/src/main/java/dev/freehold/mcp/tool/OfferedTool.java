package dev.freehold.mcp.tool;

import dev.freehold.chat.Tool;
import tools.jackson.databind.node.ObjectNode;

/// A tool as its server describes it, within bounds.
///
/// @param server the name of its server
/// @param name the server's name for it
/// @param definition what the model is told: the server's name in front, nothing hidden
/// @param said what the server says of it, keys in order: what is pinned
/// @param digest SHA-256 of that
public record OfferedTool(
    String server, String name, Tool definition, ObjectNode said, String digest) {
  /// Whether the server says that calls change nothing.
  public boolean isReadOnly() {
    return said.path("readOnly").asBoolean(false);
  }
}
