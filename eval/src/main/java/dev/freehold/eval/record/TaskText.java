package dev.freehold.eval.record;

/// What a task of a run asks, for people who read the run.
///
/// @param question what backends are asked, as text
/// @param reference an answer that is right; may be empty
/// @param criterion the name of the rule by which replies are judged
public record TaskText(String id, String question, String reference, String criterion) {}
