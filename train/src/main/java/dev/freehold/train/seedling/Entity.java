package dev.freehold.train.seedling;

/// The kinds of entity that the answer to a question about a story names.
public enum Entity {
  PERSON,
  PLACE,
  THING,
  COLOUR,
  JOB,
  FOOD,
  DAY
}
