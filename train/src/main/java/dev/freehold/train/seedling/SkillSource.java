package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;

/// Conversations of a few exercises each.
///
/// @param most exercises of one document at most
/// @param skills what the exercises are of, each as often as it stands here
record SkillSource(String name, int most, List<Skill> skills) implements Source {
  SkillSource {
    skills = List.copyOf(skills);
  }

  @Override
  public Document document(Draw draw) {
    List<Message> messages = new ArrayList<>();
    if (draw.chance(5)) {
      messages.add(Message.of(Role.SYSTEM, SeedlingCorpus.SYSTEM));
    }
    int count = draw.between(1, most);
    for (int i = 0; i < count; i++) {
      Exercise exercise = draw.pick(skills).draw(draw, Side.TRAINING);
      messages.add(Message.user(exercise.question()));
      messages.add(Message.assistant(exercise.answer()));
    }
    return new Document.Chat(name, List.of(), messages);
  }

  /// A test item: one exercise.
  static TestItem test(Draw draw, Task task, String subset, Skill skill) {
    Exercise exercise = skill.draw(draw, Side.HELD_OUT);
    Document.Chat prompt =
        new Document.Chat(subset, List.of(), List.of(Message.user(exercise.question())));
    return new TestItem(task, subset, prompt, exercise.answer(), exercise.scorer());
  }
}
