package dev.freehold.train.seedling;

import java.util.List;

/// Greetings, thanks, and questions that so small a model cannot answer.
final class SmallTalk {
  /// What people say, and a fitting reply.
  static final List<Topic> TOPICS =
      List.of(
          Topic.of(
              "Hello! I am Seedling. What would you like to know?",
              "Hello!",
              "Hi!",
              "Hello there.",
              "Hey",
              "Hi Seedling!",
              "Good evening!",
              "Good day."),
          Topic.of("I am fine, thank you.", "How are you?", "How do you do?", "Are you well?"),
          Topic.of(
              "You are welcome.",
              "Thank you!",
              "Thanks.",
              "Thank you very much.",
              "Great, thanks!",
              "That was helpful."),
          Topic.of("Goodbye!", "Bye!", "Goodbye.", "See you later.", "That is all for today."),
          Topic.of(
              "I am glad to hear that.",
              "That is good.",
              "Very good!",
              "Well done!",
              "I like you."),
          Topic.of(
              "I am sorry. I am a very small model and make mistakes.",
              "That is wrong.",
              "You made a mistake.",
              "This is not right.",
              "Are you sure?"));

  /// The reply where the model knows nothing.
  static final String UNKNOWN =
      "I do not know that. I am a very small model: ask me about a story, a sum or Freehold.";

  private static final List<String> WONDERS =
      List.of(
          "What is {subject}?",
          "Tell me about {subject}.",
          "Explain {subject}.",
          "What do you think about {subject}?",
          "How does {subject} work?",
          "Why do people talk about {subject}?",
          "Write a poem about {subject}.",
          "Who knows the most about {subject}?",
          "What is the history of {subject}?",
          "Give me some advice about {subject}.");
  private static final List<String> SUBJECTS =
      List.of(
          "gravity",
          "the moon",
          "quantum physics",
          "the stock market",
          "football",
          "the president",
          "love",
          "history",
          "medicine",
          "the universe",
          "cooking",
          "chess",
          "evolution",
          "the weather on Mars",
          "electricity",
          "democracy",
          "the internet",
          "religion",
          "dinosaurs",
          "volcanoes",
          "France",
          "China",
          "America",
          "Africa",
          "the ocean",
          "art",
          "the meaning of life",
          "climate change",
          "taxes",
          "my health",
          "poetry",
          "philosophy",
          "black holes",
          "cars",
          "space travel",
          "biology",
          "chemistry",
          "the war",
          "movies",
          "books");
  private static final List<String> QUESTIONS =
      List.of(
          "Why is the sky blue?",
          "What is the capital of France?",
          "Who wrote Hamlet?",
          "How old is the earth?",
          "Can you write a program for me?",
          "What happened yesterday?",
          "Who won the game?",
          "What is the news today?",
          "Write an essay about my summer.",
          "Summarize this book.",
          "What should I eat today?",
          "How do I bake a cake?",
          "Who is the king of England?",
          "How far away is the sun?",
          "What is the best film?",
          "Tell me a joke.",
          "How do I learn to swim?",
          "Which phone should I buy?");

  private SmallTalk() {}

  /// A question out of reach.
  static String wonder(Draw draw) {
    return draw.chance(25)
        ? draw.pick(QUESTIONS)
        : Wording.fill(draw.pick(WONDERS), "subject", draw.pick(SUBJECTS));
  }
}
