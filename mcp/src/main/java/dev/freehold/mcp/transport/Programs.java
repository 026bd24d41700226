package dev.freehold.mcp.transport;

import dev.freehold.mcp.configuration.ServerConfiguration.Way;

/// Says how a server's program is started: as it is, or confined.
public interface Programs {
  /// @throws dev.freehold.mcp.McpException where it cannot be started as the configuration says
  ProgramLaunch launch(String server, Way.Program program);
}
