package dev.freehold.agent.workflow;

import tools.jackson.databind.JsonNode;

/// Something that a workflow has done elsewhere.
public interface WorkflowAction {
  /// Whether it does a payload once for an idempotency key, however often it is asked; where it
  /// does not, a person is asked when it is not known whether it was done.
  boolean knowsKeys();

  /// Does it.
  ///
  /// @param key names what is done, the same when it is tried again
  /// @return what came out; may be null
  /// @throws StepException where it was not done, or nobody knows
  JsonNode perform(JsonNode payload, String key);
}
