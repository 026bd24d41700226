package dev.freehold.mcp.pin;

import java.util.List;
import java.util.Set;

/// Whoever decides whether tools are used that are new, or not what they were.
public interface ToolReview {
  /// Nobody is there to be asked: such tools are left out.
  ToolReview NOBODY = (server, changes) -> Set.of();

  /// @param server the name of the server
  /// @return those that may be used from now on, by the server's names of them
  Set<String> accepted(String server, List<ToolChange> changes);
}
