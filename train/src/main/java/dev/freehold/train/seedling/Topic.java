package dev.freehold.train.seedling;

import java.util.List;

/// Something that people ask in several ways and that has one answer.
record Topic(String answer, List<String> questions) {
  Topic {
    questions = List.copyOf(questions);
  }

  static Topic of(String answer, String... questions) {
    return new Topic(answer, List.of(questions));
  }
}
