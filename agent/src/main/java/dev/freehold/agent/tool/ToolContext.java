package dev.freehold.agent.tool;

import dev.freehold.chat.Cancellation;
import java.nio.file.Path;

/// Where and for whom a tool works.
///
/// @param workspace the only folder that it reads and changes files in
/// @param cancellation set where the person wants it to end
/// @param idempotencyKey names the call to others, the same when it is tried again
public record ToolContext(Path workspace, Cancellation cancellation, String idempotencyKey) {}
