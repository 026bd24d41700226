package dev.freehold.agent.tool;

import dev.freehold.chat.Cancellation;
import java.nio.file.Path;
import java.util.List;

/// Where and for whom a tool works.
///
/// @param workspace the only folder that it reads and changes files in
/// @param cancellation set where the person wants it to end
/// @param idempotencyKey names the call to others, the same when it is tried again
/// @param hosts that leave was given to talk to, at most
public record ToolContext(
    Path workspace, Cancellation cancellation, String idempotencyKey, List<String> hosts) {
  public ToolContext {
    hosts = List.copyOf(hosts);
  }

  /// For a call that needs no host.
  public ToolContext(Path workspace, Cancellation cancellation, String idempotencyKey) {
    this(workspace, cancellation, idempotencyKey, List.of());
  }
}
