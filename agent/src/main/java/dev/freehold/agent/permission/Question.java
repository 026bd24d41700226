package dev.freehold.agent.permission;

import dev.freehold.agent.tool.Effect;
import tools.jackson.databind.JsonNode;

/// What a person is asked for leave to.
///
/// @param run the run that asks
/// @param step the key of the approval in it
/// @param payload the tool and its arguments, which are done exactly so
/// @param digest SHA-256 of the payload as it is stored
public record Question(
    String run, String step, String tool, Effect effect, JsonNode payload, String digest) {}
