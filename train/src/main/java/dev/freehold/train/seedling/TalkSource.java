package dev.freehold.train.seedling;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Short dialogues about Freehold, with greetings, thanks and questions that are out of reach.
final class TalkSource implements Source {
  static final String NAME = "talk";

  private static final List<String> LEADS =
      List.of("Please tell me: ", "I have a question. ", "Hi! ", "Hello. ", "One more thing. ");
  private static final int MOST = 4;

  @Override
  public Document document(Draw draw) {
    List<Message> messages = new ArrayList<>();
    if (draw.chance(15)) {
      messages.add(Message.of(Role.SYSTEM, SeedlingCorpus.SYSTEM));
    }
    int count = draw.between(1, MOST);
    for (int i = 0; i < count; i++) {
      int kind = draw.below(100);
      if (kind < 70) {
        add(messages, draw, draw.pick(FreeholdTopics.TOPICS));
      } else if (kind < 85) {
        add(messages, draw, draw.pick(SmallTalk.TOPICS));
      } else {
        messages.add(Message.user(loosely(draw, SmallTalk.wonder(draw))));
        messages.add(Message.assistant(SmallTalk.UNKNOWN));
      }
    }
    return new Document.Chat(NAME, List.of(), messages);
  }

  private static void add(List<Message> messages, Draw draw, Topic topic) {
    messages.add(Message.user(loosely(draw, draw.pick(topic.questions()))));
    messages.add(Message.assistant(topic.answer()));
  }

  /// A question as people type it: with a lead, or without capitals and marks.
  private static String loosely(Draw draw, String question) {
    int way = draw.below(10);
    if (way == 0) {
      return draw.pick(LEADS) + question;
    }
    String bare = question.replaceFirst("[?.!]$", "");
    return switch (way) {
      case 1 -> bare;
      case 2 -> bare.toLowerCase(Locale.ROOT);
      case 3 -> question.toLowerCase(Locale.ROOT);
      default -> question;
    };
  }
}
