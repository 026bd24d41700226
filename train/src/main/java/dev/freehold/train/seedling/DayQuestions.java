package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// All questions about the end of a story of one day.
final class DayQuestions {
  private final DayStory story;
  private final Draw draw;
  private final List<Question> all = new ArrayList<>();

  DayQuestions(DayStory story, Draw draw) {
    this.story = story;
    this.draw = draw;
  }

  List<Question> all() {
    aboutPlaces();
    aboutHolders();
    aboutThingsLeft();
    aboutColours();
    story.day().ifPresent(this::aboutDay);
    new CastQuestions(story.cast(), draw).addTo(all);
    aboutJobs();
    aboutFoods();
    unanswerable();
    return all;
  }

  private void add(int hops, Entity kind, String expected, Exchange exchange, Pair... pairs) {
    all.add(
        new Question(exchange.question(), exchange.answer(), hops, kind, expected, List.of(pairs)));
  }

  private void aboutPlaces() {
    story
        .places()
        .forEach((person, place) -> {
          String name = person.name();
          String answer = "%s is %s.".formatted(name, place.at());
          String where =
              draw.pick("Where is %s?", "Where is %s now?", "In which place is %s?")
                  .formatted(name);
          add(1, Entity.PLACE, place.name(), ask(where, answer), Pair.of(person, place));
          if (isAlone(place)) {
            String who = draw.pick("Who is %s?", "Who is %s now?").formatted(place.at());
            add(1, Entity.PERSON, name, ask(who, answer), Pair.of(person, place));
          }
        });
  }

  private static Exchange ask(String question, String answer) {
    return new Exchange(question, answer);
  }

  private boolean isAlone(Place place) {
    return story.places().values().stream().filter(place::equals).count() == 1;
  }

  private boolean hasOneThing(Person person) {
    return story.holders().values().stream().filter(person::equals).count() == 1;
  }

  private void aboutHolders() {
    story
        .holders()
        .forEach((thing, person) -> {
          Pair pair = Pair.ofThing(person, thing);
          String name = person.name();
          String has = "%s has the %s.".formatted(name, thing);
          String who =
              draw.pick("Who has the %s?", "Who has the %s now?", "Who holds the %s?")
                  .formatted(thing);
          add(1, Entity.PERSON, name, ask(who, has), pair);
          if (hasOneThing(person)) {
            String what =
                draw.pick(
                        "What does %s have?", "What does %s have now?", "Which thing does %s have?")
                    .formatted(name);
            add(1, Entity.THING, thing, ask(what, has), pair);
          }
          Place place = story.places().get(person);
          if (place != null) {
            String at = place.at();
            String where =
                draw.pick("Where is the %s?", "Where is the %s now?", "In which place is the %s?")
                    .formatted(thing);
            String answer =
                "%s has the %s, and %s is %s, so the %s is %s."
                    .formatted(name, thing, name, at, thing, at);
            add(
                2,
                Entity.PLACE,
                place.name(),
                ask(where, answer),
                pair,
                Pair.ofPlace(thing, place),
                Pair.of(person, place));
          }
        });
  }

  private void aboutThingsLeft() {
    story
        .left()
        .forEach((thing, place) -> {
          String where =
              draw.pick("Where is the %s?", "Where is the %s now?", "In which place is the %s?")
                  .formatted(thing);
          String answer = "The %s is %s.".formatted(thing, place.at());
          add(1, Entity.PLACE, place.name(), ask(where, answer), Pair.ofPlace(thing, place));
        });
  }

  private void aboutColours() {
    story
        .colours()
        .forEach((thing, colour) -> {
          Pair pair = Pair.ofColour(thing, colour);
          String what = "What colour is the %s?".formatted(thing);
          String answer = "The %s is %s.".formatted(thing, colour);
          add(1, Entity.COLOUR, colour, ask(what, answer), pair);
          Person holder = story.holders().get(thing);
          if (holder != null && hasOneThing(holder)) {
            String name = holder.name();
            String held =
                draw.pick(
                        "What colour is the thing that %s has?",
                        "What is the colour of the thing that %s has?")
                    .formatted(name);
            String both = "%s has the %s, and the %s is %s.".formatted(name, thing, thing, colour);
            add(2, Entity.COLOUR, colour, ask(held, both), Pair.ofThing(holder, thing), pair);
          }
        });
  }

  private void aboutDay(String day) {
    String question =
        draw.pick("What day is it in the story?", "On which day does the story happen?");
    add(1, Entity.DAY, day, ask(question, "It is %s.".formatted(day)));
  }

  private void aboutJobs() {
    story
        .cast()
        .jobs()
        .forEach((person, job) -> {
          Pair known = Pair.ofJob(person, job);
          String name = person.name();
          Place place = story.places().get(person);
          if (place != null) {
            Pair there = Pair.of(person, place);
            String at = place.at();
            String where = "Where is the %s?".formatted(job);
            String answer = "The %s is %s, and %s is %s.".formatted(job, name, name, at);
            add(2, Entity.PLACE, place.name(), ask(where, answer), known, there);
            if (isAlone(place)) {
              String what = "What is the job of the person %s?".formatted(at);
              String both =
                  "%s is %s, and %s is %s.".formatted(name, at, name, Wording.withArticle(job));
              add(2, Entity.JOB, job, ask(what, both), there, known);
            }
          }
          for (Map.Entry<String, Person> holding : story.holders().entrySet()) {
            if (holding.getValue().equals(person)) {
              aboutJobAndThing(person, job, holding.getKey());
            }
          }
        });
  }

  private void aboutJobAndThing(Person person, String job, String thing) {
    String name = person.name();
    Pair known = Pair.ofJob(person, job);
    Pair has = Pair.ofThing(person, thing);
    if (hasOneThing(person)) {
      String what = "What does the %s have?".formatted(job);
      String answer = "The %s is %s, and %s has the %s.".formatted(job, name, name, thing);
      add(2, Entity.THING, thing, ask(what, answer), known, has);
    }
    String which = "What is the job of the person who has the %s?".formatted(thing);
    String answer =
        "%s has the %s, and %s is %s.".formatted(name, thing, name, Wording.withArticle(job));
    add(2, Entity.JOB, job, ask(which, answer), has, known);
  }

  private void aboutFoods() {
    story
        .cast()
        .foods()
        .forEach((person, food) -> {
          Pair likes = Pair.ofFood(person, food);
          String name = person.name();
          story
              .holders()
              .forEach((thing, holder) -> {
                if (holder.equals(person)) {
                  String what = "What does the person who has the %s like best?".formatted(thing);
                  String answer =
                      "%s has the %s, and %s likes %s best.".formatted(name, thing, name, food);
                  Pair has = Pair.ofThing(person, thing);
                  add(2, Entity.FOOD, food, ask(what, answer), has, likes);
                }
              });
          Place place = story.places().get(person);
          if (place != null && isAlone(place)) {
            String what = "What does the person %s like best?".formatted(place.at());
            String answer =
                "%s is %s, and %s likes %s best.".formatted(name, place.at(), name, food);
            add(2, Entity.FOOD, food, ask(what, answer), Pair.of(person, place), likes);
          }
        });
  }

  private void unanswerable() {
    String absent = story.cast().absentThing();
    Exchange exchange =
        draw.chance(50)
            ? ask(
                "Who has the %s?".formatted(absent),
                "The story does not say who has the %s.".formatted(absent))
            : ask(
                "Where is the %s?".formatted(absent),
                "The story does not say where the %s is.".formatted(absent));
    add(0, Entity.THING, absent, exchange);
  }
}
