package dev.freehold.mcp.transport;

import io.modelcontextprotocol.spec.ProtocolVersions;
import java.util.List;

/// The versions of the protocol that are spoken, oldest first.
final class Protocol {
  static final List<String> VERSIONS =
      List.of(
          ProtocolVersions.MCP_2024_11_05,
          ProtocolVersions.MCP_2025_03_26,
          ProtocolVersions.MCP_2025_06_18,
          ProtocolVersions.MCP_2025_11_25);

  private Protocol() {}
}
