package dev.freehold.agent.run;

import dev.freehold.agent.journal.Step;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.workspace.Snapshots;
import tools.jackson.databind.JsonNode;

/// What a person says of a call in doubt, as it is written down.
public final class Settling {
  private Settling() {}

  /// The result of a call that happened, with the workspace as it was found.
  ///
  /// @param told what the model is told that came out
  public static JsonNode happened(Step step, String told, Snapshots workspace) {
    String reach = step.call().request().path("reach").asString("");
    return reach.equals(Effect.Reach.WORKSPACE_AND_OUTSIDE.name())
        ? ToolOutcome.of(told).asJson().put(ToolCalls.AFTER, workspace.take())
        : ToolOutcome.of(told).asJson();
  }
}
