package dev.freehold.mcp.transport;

import dev.freehold.mcp.configuration.ServerConfiguration.Way;

/// Starts the programs of servers.
public interface Programs {
  /// @throws dev.freehold.mcp.McpException where it cannot be started as the configuration says
  RunningProgram start(String server, Way.Program program);
}
