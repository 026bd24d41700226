package dev.freehold.train.seedling;

import dev.freehold.train.seedling.WeekStory.Purchase;
import dev.freehold.train.seedling.WeekStory.Visit;
import java.util.ArrayList;
import java.util.List;

/// All questions about a story of one week.
final class WeekQuestions {
  private final WeekStory story;
  private final Draw draw;
  private final List<Question> all = new ArrayList<>();

  WeekQuestions(WeekStory story, Draw draw) {
    this.story = story;
    this.draw = draw;
  }

  List<Question> all() {
    new CastQuestions(story.cast(), draw).addTo(all);
    for (WeekStory.Deed deed : story.deeds()) {
      switch (deed) {
        case Visit visit -> {
          about(visit);
          String job = story.cast().jobs().get(visit.person());
          if (job != null) {
            aboutJob(visit, job);
          }
          String food = story.cast().foods().get(visit.person());
          if (food != null) {
            aboutFood(visit, food);
          }
        }
        case Purchase purchase -> {
          about(purchase);
          String job = story.cast().jobs().get(purchase.person());
          if (job != null) {
            aboutJob(purchase, job);
          }
        }
      }
    }
    String absent = story.cast().absentThing();
    add(
        0,
        Entity.THING,
        absent,
        "Who bought %s?".formatted(Wording.withArticle(absent)),
        "The story does not say who bought %s.".formatted(Wording.withArticle(absent)));
    return all;
  }

  private void add(
      int hops, Entity kind, String expected, String question, String answer, Pair... pairs) {
    all.add(new Question(question, answer, hops, kind, expected, List.of(pairs)));
  }

  private void about(Visit visit) {
    String name = visit.person().name();
    String place = visit.place().name();
    String day = visit.day();
    Pair pair = Pair.of(visit.person(), visit.place());
    String answer = "%s went to the %s on %s.".formatted(name, place, day);
    String where = draw.pick("Where did %s go on %s?", "Which place did %s visit on %s?");
    add(1, Entity.PLACE, place, where.formatted(name, day), answer, pair);
    String when = draw.pick("When did %s go to the %s?", "On which day did %s go to the %s?");
    add(1, Entity.DAY, day, when.formatted(name, place), answer, pair);
    String who = draw.pick("Who went to the %s?", "Who visited the %s?");
    add(1, Entity.PERSON, name, who.formatted(place), answer, pair);
  }

  private void about(Purchase purchase) {
    String name = purchase.person().name();
    String thing = purchase.thing();
    String a = Wording.withArticle(thing);
    String day = purchase.day();
    Pair pair = Pair.ofThing(purchase.person(), thing);
    String answer = "%s bought %s on %s.".formatted(name, a, day);
    add(1, Entity.THING, thing, "What did %s buy on %s?".formatted(name, day), answer, pair);
    String when = draw.pick("When did %s buy %s?", "On which day did %s buy %s?");
    add(1, Entity.DAY, day, when.formatted(name, a), answer, pair);
    add(1, Entity.PERSON, name, "Who bought %s?".formatted(a), answer, pair);
  }

  private void aboutJob(Visit visit, String job) {
    String name = visit.person().name();
    String place = visit.place().name();
    String day = visit.day();
    Pair pair = Pair.of(visit.person(), visit.place());
    Pair known = Pair.ofJob(visit.person(), job);
    String answer =
        "The %s is %s, and %s went to the %s on %s.".formatted(job, name, name, place, day);
    String where = "Where did the %s go on %s?".formatted(job, day);
    add(2, Entity.PLACE, place, where, answer, known, pair);
    String when =
        draw.pick("When did the %s go to the %s?", "On which day did the %s go to the %s?");
    add(2, Entity.DAY, day, when.formatted(job, place), answer, known, pair);
    String what = "What is the job of the person who went to the %s?".formatted(place);
    String both =
        "%s went to the %s on %s, and %s is %s."
            .formatted(name, place, day, name, Wording.withArticle(job));
    add(2, Entity.JOB, job, what, both, pair, known);
  }

  private void aboutJob(Purchase purchase, String job) {
    String name = purchase.person().name();
    String thing = purchase.thing();
    String day = purchase.day();
    Pair pair = Pair.ofThing(purchase.person(), thing);
    Pair known = Pair.ofJob(purchase.person(), job);
    String what = "What did the %s buy on %s?".formatted(job, day);
    String answer =
        "The %s is %s, and %s bought %s on %s."
            .formatted(job, name, name, Wording.withArticle(thing), day);
    add(2, Entity.THING, thing, what, answer, known, pair);
    String which =
        "What is the job of the person who bought %s?".formatted(Wording.withArticle(thing));
    String both =
        "%s bought %s on %s, and %s is %s."
            .formatted(name, Wording.withArticle(thing), day, name, Wording.withArticle(job));
    add(2, Entity.JOB, job, which, both, pair, known);
  }

  private void aboutFood(Visit visit, String food) {
    String name = visit.person().name();
    String place = visit.place().name();
    Pair pair = Pair.of(visit.person(), visit.place());
    Pair likes = Pair.ofFood(visit.person(), food);
    String what = "What does the person who went to the %s like best?".formatted(place);
    String answer =
        "%s went to the %s on %s, and %s likes %s best."
            .formatted(name, place, visit.day(), name, food);
    add(2, Entity.FOOD, food, what, answer, pair, likes);
  }
}
