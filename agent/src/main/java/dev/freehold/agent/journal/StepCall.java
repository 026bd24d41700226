package dev.freehold.agent.journal;

import tools.jackson.databind.JsonNode;

/// What a step is asked to do.
///
/// @param key names the step within its run: a run that is resumed asks by the same keys
/// @param name of the model, tool or action
/// @param request all that decides what it does
public record StepCall(String key, StepKind kind, String name, JsonNode request) {
  private static final int MAX_KEY = 200;

  public StepCall {
    if (key.isEmpty() || key.length() > MAX_KEY) {
      throw new IllegalArgumentException("a step's key has 1 to 200 characters: " + key.length());
    }
  }
}
