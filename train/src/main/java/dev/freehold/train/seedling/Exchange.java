package dev.freehold.train.seedling;

/// What a user asks and what the assistant answers.
record Exchange(String question, String answer) {}
