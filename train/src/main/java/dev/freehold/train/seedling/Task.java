package dev.freehold.train.seedling;

/// What the held-out items test.
public enum Task {
  STORY_ONE_HOP(1000),
  STORY_TWO_HOP(1001),
  ADDITION(1002),
  SUBTRACTION(1003),
  TOOL_CALLS(1004),
  THREE_DIGIT(1005),
  COMPARING(1006),
  COUNTING(1007),
  SORTING(1008),
  COPYING(1009),
  DATES(1010);

  private final long stream;

  Task(long stream) {
    this.stream = stream;
  }

  /// The number by which the random choices of its items are its own.
  long stream() {
    return stream;
  }
}
