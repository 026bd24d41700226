package dev.freehold.kernel;

/// The gradients of an [AttentionBatch], rows as those of its inputs and outputs.
///
/// @param outputs gradient of the outputs
/// @param queries takes the gradient of the queries
/// @param keys takes the gradient of the keys
/// @param values takes the gradient of the values
public record AttentionGradient(Rows outputs, Rows queries, Rows keys, Rows values) {}
