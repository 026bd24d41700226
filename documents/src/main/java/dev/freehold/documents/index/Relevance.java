package dev.freehold.documents.index;

import java.util.OptionalDouble;

/// How well a passage fits a question.
///
/// @param score by which passages are put in order: of the reciprocal ranks by words and by vector
/// @param coverage which share of the question's words, weighed by how rare they are, the passage
///   has; 0 to 1
/// @param similarity the cosine between the vectors, where the index has vectors
public record Relevance(double score, double coverage, OptionalDouble similarity) {}
