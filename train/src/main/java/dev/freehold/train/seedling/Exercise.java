package dev.freehold.train.seedling;

/// A question, the answer to learn, and the rule by which other answers are judged.
record Exercise(String question, String answer, Scorer scorer) {}
