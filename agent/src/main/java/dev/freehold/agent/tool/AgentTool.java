package dev.freehold.agent.tool;

import dev.freehold.chat.Tool;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Something that a model may ask to be done.
///
/// Arguments come from a model: nothing is known of them but that they are a JSON object.
public interface AgentTool {
  /// Its name, what it is for in a line or two, and a short schema.
  Tool definition();

  /// What a call would do, without doing it.
  ///
  /// @throws ToolException where the arguments are not as they must be
  Effect effect(JsonNode arguments, ToolContext context);

  /// Does it, as [#effect] said; leave was given.
  ///
  /// @throws ToolException where it cannot be done; the model is told why
  ToolOutcome run(JsonNode arguments, ToolContext context);

  /// How a call that was done is taken back, where the tool can and its effect is not in the
  /// workspace: that is taken back by a snapshot.
  default Optional<Undo> undo(JsonNode arguments, ToolOutcome outcome) {
    return Optional.empty();
  }
}
