package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The people of one story, with what they do and like, and the words that are still free for it.
final class Cast {
  private static final List<String> JOB_SENTENCES =
      List.of("{person} is {a}.", "{person} works as {a}.", "{person} is {a} in the village.");
  private static final List<String> FOOD_SENTENCES =
      List.of(
          "{person} likes {food} best.",
          "{person} likes {food} more than any other food.",
          "The favourite food of {person} is {food}.");

  /// Of the people in stories for tests: those whose names never stood in training.
  private static final int HELD_OUT_NAMES_PERCENT = 5;

  private final Draw draw;
  private final Side side;
  private final List<Person> people;
  private final List<Place> places;
  private final List<String> things;
  private final List<String> jobs;
  private final List<String> foods;
  private final Map<Person, String> jobOf = new LinkedHashMap<>();
  private final Map<Person, String> foodOf = new LinkedHashMap<>();

  Cast(Draw draw, Side side, int size) {
    this.draw = draw;
    this.side = side;
    this.people = side == Side.TRAINING ? World.peopleOfTraining(draw, size) : mixed(draw, size);
    this.places = new ArrayList<>(draw.shuffle(World.PLACES));
    this.things = new ArrayList<>(draw.shuffle(World.THINGS));
    this.jobs = new ArrayList<>(draw.shuffle(World.JOBS));
    this.foods = new ArrayList<>(draw.shuffle(World.FOODS));
  }

  private static List<Person> mixed(Draw draw, int size) {
    List<Person> people = new ArrayList<>();
    while (people.size() < size) {
      Person person = World.person(draw, draw.chance(HELD_OUT_NAMES_PERCENT));
      if (people.stream().noneMatch(p -> p.name().equals(person.name()))) {
        people.add(person);
      }
    }
    return List.copyOf(people);
  }

  List<Person> people() {
    return people;
  }

  Map<Person, String> jobs() {
    return jobOf;
  }

  Map<Person, String> foods() {
    return foodOf;
  }

  boolean allows(Pair pair) {
    return side == Side.HELD_OUT || !pair.isReserved();
  }

  private <T> T take(List<T> free, Function<T, Boolean> fits) {
    for (int i = 0; i < free.size(); i++) {
      if (fits.apply(free.get(i))) {
        return free.remove(i);
      }
    }
    throw new IllegalStateException("no free word left for " + people);
  }

  /// A place that no one in the story has been to, which these people may be at.
  Place freePlace(Person... visitors) {
    return take(
        places, place -> List.of(visitors).stream().allMatch(p -> allows(Pair.of(p, place))));
  }

  /// A thing that the story has not named yet, which this person may have.
  String freeThing(Person owner) {
    return take(things, thing -> allows(Pair.ofThing(owner, thing)));
  }

  /// A thing that the story does not name.
  String absentThing() {
    return things.getLast();
  }

  String colour(String thing) {
    while (true) {
      String colour = draw.pick(World.COLOURS);
      if (allows(Pair.ofColour(thing, colour))) {
        return colour;
      }
    }
  }

  /// Someone of whom the story has told neither job nor favourite food yet.
  private Optional<Person> stranger() {
    List<Person> strangers =
        people.stream().filter(p -> !jobOf.containsKey(p) && !foodOf.containsKey(p)).toList();
    return strangers.isEmpty() ? Optional.empty() : Optional.of(draw.pick(strangers));
  }

  /// A job for someone who has none yet.
  String hire(Person person) {
    String job = take(jobs, j -> allows(Pair.ofJob(person, j)));
    jobOf.put(person, job);
    return job;
  }

  /// A sentence with the job or the favourite food of someone.
  String introduce() {
    Person person = stranger().orElseGet(people::getFirst);
    if (!jobOf.containsKey(person) && (foodOf.containsKey(person) || draw.chance(60))) {
      String job = hire(person);
      return Wording.fill(
          draw.pick(JOB_SENTENCES), "person", person.name(), "a", Wording.withArticle(job));
    }
    String food = take(foods, f -> allows(Pair.ofFood(person, f)));
    foodOf.put(person, food);
    return Wording.fill(draw.pick(FOOD_SENTENCES), "person", person.name(), "food", food);
  }
}
