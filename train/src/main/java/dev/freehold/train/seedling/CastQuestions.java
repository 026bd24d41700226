package dev.freehold.train.seedling;

import java.util.List;

/// Questions about what the people of a story do and like, in any kind of story.
final class CastQuestions {
  private final Cast cast;
  private final Draw draw;

  CastQuestions(Cast cast, Draw draw) {
    this.cast = cast;
    this.draw = draw;
  }

  void addTo(List<Question> all) {
    cast.jobs().forEach((person, job) -> jobs(person, job, all));
    cast.foods().forEach((person, food) -> foods(person, food, all));
    cast.jobs()
        .forEach((person, job) -> {
          String food = cast.foods().get(person);
          if (food != null) {
            both(person, job, food, all);
          }
        });
    Person someone = draw.pick(cast.people());
    if (!cast.jobs().containsKey(someone)) {
      String question = "What is the job of %s?".formatted(someone.name());
      String answer = "The story does not say what the job of %s is.".formatted(someone.name());
      all.add(new Question(question, answer, 0, Entity.JOB, someone.name(), List.of()));
    }
  }

  private void jobs(Person person, String job, List<Question> all) {
    String name = person.name();
    List<Pair> pairs = List.of(Pair.ofJob(person, job));
    String what = draw.pick("What is the job of %s?", "What does %s work as?").formatted(name);
    String answer = "%s is %s.".formatted(name, Wording.withArticle(job));
    all.add(new Question(what, answer, 1, Entity.JOB, job, pairs));
    String who = draw.pick("Who is the %s?", "Who works as %s?");
    who = who.formatted(who.startsWith("Who is") ? job : Wording.withArticle(job));
    String named = "The %s is %s.".formatted(job, name);
    all.add(new Question(who, named, 1, Entity.PERSON, name, pairs));
  }

  private void foods(Person person, String food, List<Question> all) {
    String name = person.name();
    List<Pair> pairs = List.of(Pair.ofFood(person, food));
    String what =
        draw.pick("What does %s like best?", "What is the favourite food of %s?").formatted(name);
    String answer = "%s likes %s best.".formatted(name, food);
    all.add(new Question(what, answer, 1, Entity.FOOD, food, pairs));
    String who = draw.pick("Who likes %s best?", "Whose favourite food is %s?").formatted(food);
    all.add(new Question(who, answer, 1, Entity.PERSON, name, pairs));
  }

  private static void both(Person person, String job, String food, List<Question> all) {
    String name = person.name();
    Pair known = Pair.ofJob(person, job);
    Pair likes = Pair.ofFood(person, food);
    String what = "What does the %s like best?".formatted(job);
    String answer = "The %s is %s, and %s likes %s best.".formatted(job, name, name, food);
    all.add(new Question(what, answer, 2, Entity.FOOD, food, List.of(known, likes)));
  }
}
