package dev.freehold.train.seedling;

/// What the held-out items test.
public enum Task {
  STORY_ONE_HOP,
  STORY_TWO_HOP,
  ADDITION,
  SUBTRACTION,
  TOOL_CALLS,
  THREE_DIGIT,
  COMPARING,
  COUNTING,
  SORTING,
  COPYING,
  DATES
}
