package dev.freehold.agent.tool;

import java.util.function.Function;

/// How one call is taken back.
///
/// @param description what will happen, in one line, for who is asked for leave
/// @param action does it; throws [ToolException] where it cannot be done
public record Undo(String description, Function<ToolContext, ToolOutcome> action) {}
