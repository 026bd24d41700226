package dev.freehold.agent.journal;

import tools.jackson.databind.JsonNode;

/// A run to begin; see [RunHead].
public record NewRun(String kind, String title, JsonNode settings) {}
