package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Stories: with questions about them, told on request, or plain.
final class StorySource implements Source {
  static final String NAME = "stories";

  private static final List<String> PROMPTS =
      List.of(
          "{story}\n\n{question}",
          "Read this story.\n\n{story}\n\n{question}",
          "Here is a story.\n\n{story}\n\nQuestion: {question}",
          "Read the story and answer the question.\n\n{story}\n\n{question}");
  private static final List<String> WISHES =
      List.of(
          "Tell me a story about {person}.",
          "Tell me a short story.",
          "Please write a story about {person}.",
          "Can you tell a story about {person}?");

  private static final int FEWEST_QUESTIONS = 4;
  private static final int MOST_QUESTIONS = 8;

  @Override
  public Document document(Draw draw) {
    Story story = Story.draw(draw, Side.TRAINING);
    int form = draw.below(100);
    if (form < 5) {
      return new Document.Plain(NAME, story.text());
    }
    if (form < 10) {
      return told(draw, story);
    }
    List<Question> questions = choose(draw, story);
    List<Message> messages = new ArrayList<>();
    if (draw.chance(5)) {
      messages.add(Message.of(Role.SYSTEM, SeedlingCorpus.SYSTEM));
    }
    for (Question question : questions) {
      boolean isFirst = question.equals(questions.getFirst());
      messages.add(Message.user(isFirst ? prompt(draw, story, question) : question.text()));
      messages.add(Message.assistant(question.answer()));
    }
    return new Document.Chat(NAME, List.of(), messages);
  }

  private static Document told(Draw draw, Story story) {
    List<Person> people =
        story.people().stream().filter(p -> story.text().contains(p.name())).toList();
    String wish = Wording.fill(draw.pick(WISHES), "person", draw.pick(people).name());
    return new Document.Chat(
        NAME, List.of(), List.of(Message.user(wish), Message.assistant(story.text())));
  }

  private static String prompt(Draw draw, Story story, Question question) {
    return Wording.fill(draw.pick(PROMPTS), "story", story.text(), "question", question.text());
  }

  /// Some questions, about as many of two hops as of one, and rarely one that has no answer.
  private static List<Question> choose(Draw draw, Story story) {
    List<Question> shuffled =
        draw.shuffle(story.questions().stream().filter(Question::fitsTraining).toList());
    List<Question> chosen = new ArrayList<>();
    int count = draw.between(FEWEST_QUESTIONS, MOST_QUESTIONS);
    boolean allowsUnknown = draw.chance(15);
    for (int i = 0; i < count; i++) {
      int hops = allowsUnknown && chosen.isEmpty() ? 0 : draw.chance(50) ? 2 : 1;
      shuffled.stream()
          .filter(question -> question.hops() == hops && !chosen.contains(question))
          .findFirst()
          .or(() ->
              shuffled.stream()
                  .filter(question -> question.hops() == 1 && !chosen.contains(question))
                  .findFirst())
          .ifPresent(chosen::add);
    }
    return draw.shuffle(chosen);
  }

  /// A test item: one question whose answer no story of training holds, if this story has one.
  static Optional<TestItem> test(Draw draw, Task task) {
    int hops = task == Task.STORY_ONE_HOP ? 1 : 2;
    Story story = Story.draw(draw, Side.HELD_OUT);
    List<Question> questions =
        story.questions().stream().filter(q -> q.hops() == hops && q.fitsTests()).toList();
    if (questions.isEmpty()) {
      return Optional.empty();
    }
    Question question = draw.pick(questions);
    Document.Chat prompt =
        new Document.Chat(NAME, List.of(), List.of(Message.user(prompt(draw, story, question))));
    Scorer scorer =
        new Scorer.NamedEntity(
            question.kind(),
            question.expected(),
            Scorer.Mentions.of(question.kind(), question.text()));
    String subset = question.hasReservedName() ? "held-out name" : "held-out combination";
    return Optional.of(new TestItem(task, subset, prompt, question.answer(), scorer));
  }
}
