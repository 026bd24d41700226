package dev.freehold.train.seedling;

import java.util.List;

/// Sentences whose facts hold, and the questions that can be asked about them.
record Story(List<Person> people, List<String> sentences, List<Question> questions) {
  /// Sentences of every story.
  static final int LENGTH = 8;

  Story {
    people = List.copyOf(people);
    sentences = List.copyOf(sentences);
    questions = List.copyOf(questions);
    if (sentences.size() != LENGTH) {
      throw new IllegalStateException("a story of " + sentences.size() + " sentences");
    }
  }

  String text() {
    return String.join(" ", sentences);
  }

  /// A story of either kind.
  static Story draw(Draw draw, Side side) {
    return draw.chance(65) ? new DayStory(draw, side).tell() : new WeekStory(draw, side).tell();
  }
}
