package dev.freehold.agent.run;

/// What an answer cost.
///
/// @param micros millionths of the currency's unit
/// @param currency three capital letters
public record Cost(long micros, String currency) {}
