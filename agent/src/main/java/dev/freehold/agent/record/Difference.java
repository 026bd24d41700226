package dev.freehold.agent.record;

/// The first thing in which a run that was done again differs from its record.
///
/// @param step its position in the run
/// @param field as `text` or `calls[0].arguments`
/// @param recorded what the record has, around the first character that differs
/// @param computed what came out now
public record Difference(int step, String field, String recorded, String computed) {}
