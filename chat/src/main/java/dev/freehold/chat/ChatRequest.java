package dev.freehold.chat;

/// A request to a model, in no dialect.
///
/// @param model the model's name; empty for the only one
public record ChatRequest(String model, Input input, Sampling sampling, Ending ending) {}
