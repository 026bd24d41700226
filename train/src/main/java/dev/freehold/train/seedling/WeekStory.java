package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;

/// Tells a story of one week: on different days, in their order, people visit places or buy things.
final class WeekStory {
  private static final List<String> VISITS =
      List.of(
          "On {day}, {person} went to the {place}.",
          "On {day}, {person} visited the {place}.",
          "{person} went to the {place} on {day}.",
          "{person} spent {day} {at}.",
          "On {day}, {person} walked to the {place}.");
  private static final List<String> PURCHASES =
      List.of(
          "On {day}, {person} bought {thing}.",
          "{person} bought {thing} on {day}.",
          "On {day}, {person} got a good price and bought {thing}.");

  private static final int PEOPLE = 3;

  /// Something that one person did on one day.
  sealed interface Deed {
    String day();

    Person person();
  }

  /// A visit to a place.
  record Visit(String day, Person person, Place place) implements Deed {}

  /// The purchase of a thing.
  record Purchase(String day, Person person, String thing) implements Deed {}

  private final Draw draw;
  private final Cast cast;
  private final List<Deed> deeds = new ArrayList<>();

  WeekStory(Draw draw, Side side) {
    this.draw = draw;
    this.cast = new Cast(draw, side, PEOPLE);
  }

  Cast cast() {
    return cast;
  }

  List<Deed> deeds() {
    return deeds;
  }

  Story tell() {
    List<String> sentences = new ArrayList<>();
    List<String> moods = new ArrayList<>();
    int introductions = draw.between(1, 3);
    if (draw.chance(50)) {
      moods.add(Scenery.mood(draw, cast.people()));
    }
    if (draw.chance(40)) {
      sentences.add(draw.pick(Scenery.WEEKS));
    }
    int count = Story.LENGTH - sentences.size() - introductions - moods.size();
    List<Integer> days =
        draw.pickSome(List.of(0, 1, 2, 3, 4, 5, 6), count).stream().sorted().toList();
    for (int i = 0; i < introductions; i++) {
      sentences.add(cast.introduce());
    }
    for (int day : days) {
      sentences.add(happen(World.DAYS.get(day)));
    }
    Scenery.scatter(draw, sentences, introductions, moods);
    Scenery.usePronouns(draw, sentences, cast.people());
    return new Story(cast.people(), sentences, new WeekQuestions(this, draw).all());
  }

  private String happen(String day) {
    Person person = draw.pick(cast.people());
    if (draw.chance(30)) {
      String thing = cast.freeThing(person);
      deeds.add(new Purchase(day, person, thing));
      return Wording.fill(
          draw.pick(PURCHASES),
          "day",
          day,
          "person",
          person.name(),
          "thing",
          Wording.withArticle(thing));
    }
    Place place = cast.freePlace(person);
    deeds.add(new Visit(day, person, place));
    return Wording.fill(
        draw.pick(VISITS),
        "day",
        day,
        "person",
        person.name(),
        "place",
        place.name(),
        "at",
        place.at());
  }
}
