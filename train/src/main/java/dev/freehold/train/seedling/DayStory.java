package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tells a story of one day: people go to places, take things, hand them on and leave them behind.
///
/// Things change hands only between people at the same place, and are left only where their owner
/// is.
final class DayStory {
  private static final List<String> FIRST_STEPS =
      List.of(
          "{person} was {at}.",
          "{person} went to the {place}.",
          "{person} walked to the {place}.",
          "{person} spent some time {at}.",
          "{person} came to the {place}.");
  private static final List<String> STEPS =
      List.of(
          "{person} went to the {place}.",
          "{person} walked to the {place}.",
          "{person} hurried to the {place}.",
          "{person} cycled to the {place}.",
          "{person} moved on to the {place}.");
  private static final List<String> FINDS =
      List.of(
          "{person} picked up {thing}.",
          "{person} took {thing}.",
          "{person} found {thing} and kept it.",
          "{person} got {thing} as a present.",
          "{person} was carrying {thing}.");
  private static final List<String> TRIPS =
      List.of(
          "{person} went to the {place} and picked up {thing} there.",
          "{person} found {thing} {at} and kept it.",
          "{person} walked to the {place} with {thing}.",
          "{person} came to the {place} and took {thing}.");
  private static final List<String> GIFTS =
      List.of(
          "{person} gave the {thing} to {other}.",
          "{person} handed the {thing} to {other}.",
          "{person} passed the {thing} to {other}.");
  private static final List<String> MEETINGS =
      List.of(
          "{person} met {other} {at} and gave {pronoun} the {thing}.",
          "{person} and {other} met {at}, and {person} gave the {thing} to {other}.");
  private static final List<String> PARTINGS =
      List.of(
          "{person} left the {thing} {at}.",
          "{person} put the {thing} down {at}.",
          "{person} forgot the {thing} {at}.");
  private static final List<String> DELIVERIES =
      List.of(
          "{person} went to the {place} and left the {thing} there.",
          "{person} took the {thing} to the {place} and left it there.");
  private static final List<String> TIMES =
      List.of(
          "In the morning, ",
          "Before lunch, ",
          "At noon, ",
          "In the afternoon, ",
          "Before dinner, ",
          "In the evening, ");
  private static final List<String> LINKS =
      List.of("Then ", "After that, ", "Soon ", "A little later, ", "A few minutes later, ");

  private static final int PEOPLE = 3;
  private static final int MAX_THINGS = 3;

  private final Draw draw;
  private final Cast cast;
  private final List<String> sentences = new ArrayList<>();
  private final Map<Person, Place> placeOf = new LinkedHashMap<>();
  private final Map<String, Person> holderOf = new LinkedHashMap<>();
  private final Map<String, Place> leftAt = new LinkedHashMap<>();
  private final Map<String, String> colourOf = new LinkedHashMap<>();
  private Optional<String> day = Optional.empty();
  private int time;
  private boolean hasEvents;

  DayStory(Draw draw, Side side) {
    this.draw = draw;
    this.cast = new Cast(draw, side, PEOPLE);
  }

  Cast cast() {
    return cast;
  }

  Map<Person, Place> places() {
    return placeOf;
  }

  Map<String, Person> holders() {
    return holderOf;
  }

  Map<String, Place> left() {
    return leftAt;
  }

  Map<String, String> colours() {
    return colourOf;
  }

  Optional<String> day() {
    return day;
  }

  Story tell() {
    List<String> moods = new ArrayList<>();
    if (draw.chance(60)) {
      open();
    }
    int opening = sentences.size();
    int introductions = draw.between(1, 2);
    if (draw.chance(60)) {
      moods.add(Scenery.mood(draw, cast.people()));
    }
    int events = Story.LENGTH - opening - introductions - moods.size();
    goSomewhere(cast.people().getFirst());
    find(draw.pick(cast.people()));
    while (sentences.size() < opening + events) {
      happen();
    }
    for (int i = 0; i < introductions; i++) {
      sentences.add(opening + draw.between(0, i + 1), cast.introduce());
    }
    Scenery.scatter(draw, sentences, opening + 1, moods);
    Scenery.usePronouns(draw, sentences, cast.people());
    return new Story(cast.people(), sentences, new DayQuestions(this, draw).all());
  }

  private void open() {
    if (draw.chance(60)) {
      day = Optional.of(draw.pick(World.DAYS));
      sentences.add("It was a " + draw.pick(Scenery.WEATHER) + " " + day.get() + ".");
    } else {
      sentences.add(draw.pick(Scenery.OPENINGS));
    }
  }

  private void happen() {
    Person person = draw.pick(cast.people());
    List<String> own =
        holderOf.keySet().stream().filter(t -> person.equals(holderOf.get(t))).toList();
    boolean mayFind = holderOf.size() + leftAt.size() < MAX_THINGS;
    switch (draw.below(11)) {
      case 0, 1, 2 -> goSomewhere(person);
      case 3, 4 -> {
        if (mayFind) {
          find(person);
        }
      }
      case 9 -> {
        if (mayFind) {
          goAndFind(person);
        }
      }
      case 5, 6, 7 -> {
        if (!own.isEmpty()) {
          give(person, draw.pick(own));
        }
      }
      case 8 -> {
        if (!own.isEmpty()) {
          leave(person, draw.pick(own));
        }
      }
      default -> describe();
    }
  }

  /// Adds a sentence, sometimes after words that say when.
  private void event(String sentence) {
    String when = "";
    if (draw.chance(35)) {
      if (hasEvents && draw.chance(50)) {
        when = draw.pick(LINKS);
      } else if (time < TIMES.size()) {
        time = draw.between(time, TIMES.size() - 1);
        when = TIMES.get(time++);
      }
    }
    hasEvents = true;
    sentences.add(when + sentence);
  }

  private void goSomewhere(Person person) {
    boolean first = !placeOf.containsKey(person);
    Place place = cast.freePlace(person);
    placeOf.put(person, place);
    event(
        Wording.fill(
            draw.pick(first ? FIRST_STEPS : STEPS),
            "person",
            named(person),
            "at",
            place.at(),
            "place",
            place.name()));
  }

  /// The name, now and then with the job.
  private String named(Person person) {
    if (!cast.jobs().containsKey(person) && cast.jobs().isEmpty() && draw.chance(12)) {
      return person.name() + ", who works as " + Wording.withArticle(cast.hire(person)) + ",";
    }
    return person.name();
  }

  private void find(Person person) {
    event(Wording.fill(draw.pick(FINDS), "person", person.name(), "thing", newThing(person)));
  }

  private void goAndFind(Person person) {
    Place place = cast.freePlace(person);
    placeOf.put(person, place);
    event(
        Wording.fill(
            draw.pick(TRIPS),
            "person",
            person.name(),
            "place",
            place.name(),
            "at",
            place.at(),
            "thing",
            newThing(person)));
  }

  /// A thing that this person has from now on, at times with its colour.
  private String newThing(Person owner) {
    String thing = cast.freeThing(owner);
    holderOf.put(thing, owner);
    if (draw.chance(40)) {
      String colour = cast.colour(thing);
      colourOf.put(thing, colour);
      return Wording.withArticle(colour + " " + thing);
    }
    return Wording.withArticle(thing);
  }

  private void give(Person person, String thing) {
    Person other =
        draw.pick(cast.people().stream().filter(someone -> !someone.equals(person)).toList());
    if (!cast.allows(Pair.ofThing(other, thing))) {
      return;
    }
    Place here = placeOf.get(person);
    holderOf.put(thing, other);
    if (here != null && here.equals(placeOf.get(other))) {
      event(
          Wording.fill(
              draw.pick(GIFTS), "person", person.name(), "other", other.name(), "thing", thing));
      return;
    }
    Place place = cast.freePlace(person, other);
    placeOf.put(person, place);
    placeOf.put(other, place);
    event(
        Wording.fill(
            draw.pick(MEETINGS),
            "person",
            person.name(),
            "other",
            other.name(),
            "pronoun",
            other.objective(),
            "at",
            place.at(),
            "thing",
            thing));
  }

  private void leave(Person person, String thing) {
    Place here = placeOf.get(person);
    boolean delivers = here == null || draw.chance(40);
    Place place = delivers ? cast.freePlace(person) : here;
    if (place == null || !cast.allows(Pair.ofPlace(thing, place))) {
      return;
    }
    placeOf.put(person, place);
    holderOf.remove(thing);
    leftAt.put(thing, place);
    event(
        Wording.fill(
            draw.pick(delivers ? DELIVERIES : PARTINGS),
            "person",
            person.name(),
            "thing",
            thing,
            "at",
            place.at(),
            "place",
            place.name()));
  }

  private void describe() {
    List<String> plain =
        holderOf.keySet().stream().filter(thing -> !colourOf.containsKey(thing)).toList();
    if (!plain.isEmpty()) {
      String thing = draw.pick(plain);
      String colour = cast.colour(thing);
      colourOf.put(thing, colour);
      sentences.add("The " + thing + " was " + colour + ".");
    }
  }
}
