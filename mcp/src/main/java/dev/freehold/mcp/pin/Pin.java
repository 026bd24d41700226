package dev.freehold.mcp.pin;

import tools.jackson.databind.JsonNode;

/// What a server said of a tool when the person gave leave to use it.
///
/// @param digest SHA-256 of it
/// @param said it, so that a difference can be shown
public record Pin(String digest, JsonNode said) {}
