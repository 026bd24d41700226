package dev.freehold.train.seedling;

import dev.freehold.train.seedling.HeldOut.Kind;

/// Two entities that a fact joins: the unit by which facts are kept from training.
record Pair(Kind kind, String first, String second) {
  static Pair of(Person person, Place place) {
    return new Pair(Kind.PERSON_PLACE, person.name(), place.name());
  }

  static Pair ofThing(Person person, String thing) {
    return new Pair(Kind.PERSON_THING, person.name(), thing);
  }

  static Pair ofJob(Person person, String job) {
    return new Pair(Kind.PERSON_JOB, person.name(), job);
  }

  static Pair ofFood(Person person, String food) {
    return new Pair(Kind.PERSON_FOOD, person.name(), food);
  }

  static Pair ofPlace(String thing, Place place) {
    return new Pair(Kind.THING_PLACE, thing, place.name());
  }

  static Pair ofColour(String thing, String colour) {
    return new Pair(Kind.THING_COLOUR, thing, colour);
  }

  /// Whether training must not see it: by itself, or because of a reserved name.
  boolean isReserved() {
    return hasReservedName() || HeldOut.isReserved(kind, first, second);
  }

  boolean hasReservedName() {
    return switch (kind) {
      case PERSON_PLACE, PERSON_THING, PERSON_JOB, PERSON_FOOD ->
          HeldOut.isReserved(Kind.NAME, first);
      default -> false;
    };
  }
}
