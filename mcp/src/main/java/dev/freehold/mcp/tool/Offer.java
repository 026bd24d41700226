package dev.freehold.mcp.tool;

import java.util.List;

/// What a server offers, as far as it is within bounds.
///
/// @param refused a line for each tool that is not, and why
public record Offer(List<OfferedTool> tools, List<String> refused) {
  public Offer {
    tools = List.copyOf(tools);
    refused = List.copyOf(refused);
  }
}
