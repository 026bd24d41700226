package dev.freehold.mcp.transport;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How a server's program is started.
///
/// @param environment all of its variables; nothing of this program's own is handed on
public record ProgramLaunch(List<String> argv, Map<String, String> environment, Path folder) {
  public ProgramLaunch {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }
}
