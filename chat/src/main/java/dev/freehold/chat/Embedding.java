package dev.freehold.chat;

/// A text as a vector.
///
/// @param vector of length 1 in the Euclidean norm
/// @param tokens how many tokens the text has
public record Embedding(float[] vector, int tokens) {}
