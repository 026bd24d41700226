package dev.freehold.agent.run;

import dev.freehold.agent.tool.Excerpt;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Makes a conversation that nearly fills the context shorter: what came first is summarized, what
/// came last stays.
///
/// @param contextTokens of prompt and answer together
record Compaction(int contextTokens) {
  /// The name of the step in which the model summarizes.
  static final String NAME = "compaction";

  private static final String INSTRUCTIONS =
      "Summarize this work log so that somebody can go on with the work: what was asked, what was"
          + " found and changed (files, commands, results), what is left to do. Be short and"
          + " exact.";

  /// Where nothing is known of the context.
  private static final int UNKNOWN = 8_192;

  private static final double FULL = 0.8;
  private static final int MAX_RESULT = 1_000;

  /// @param tokens of the context where it is known, else 0
  static Compaction of(int tokens) {
    return new Compaction(tokens > 0 ? tokens : UNKNOWN);
  }

  /// Whether so many tokens are nearly all.
  boolean isNearlyFull(long tokens) {
    return tokens > contextTokens * FULL;
  }

  /// How many of the last messages stay: as many as take about a quarter of the context, no more
  /// than half of all, and no result without the call that it is of.
  ///
  /// @param round how often room was made in vain before: each time less stays
  int kept(List<Message> messages, int round) {
    long room = contextTokens >> 2 * round;
    int most = (messages.size() - 1) / (2 << round);
    int kept = 0;
    int whole = 0;
    for (int i = messages.size() - 1; i > 1; i--) {
      room -= length(messages.get(i));
      kept++;
      boolean isWhole = !(messages.get(i) instanceof Message.ToolResult);
      if (isWhole) {
        whole = kept;
      }
      if (room < 0 && whole > 0 || kept >= most) {
        break;
      }
    }
    return whole;
  }

  private static long length(Message message) {
    long length = Part.text(message.content()).length();
    if (message instanceof Message.Assistant answer) {
      for (ToolCall call : answer.toolCalls()) {
        length += call.arguments().toString().length();
      }
    }
    return length;
  }

  /// What a model is asked so as to summarize the messages before the last ones.
  List<Message> question(List<Message> messages, int kept) {
    return List.of(
        Message.system(INSTRUCTIONS),
        Message.user(Excerpt.of(log(messages, kept), contextTokens * 2)));
  }

  private static String log(List<Message> messages, int kept) {
    return messages.subList(1, messages.size() - kept).stream()
        .map(Compaction::line)
        .collect(Collectors.joining("\n"));
  }

  private static String line(Message message) {
    return switch (message) {
      case Message.User user -> "PERSON: " + Part.text(user.content());
      case Message.Assistant answer ->
          "ASSISTANT: "
              + Excerpt.of(Part.text(answer.content()), MAX_RESULT)
              + answer.toolCalls().stream()
                  .map(call ->
                      " [%s %s]"
                          .formatted(
                              call.name(), Excerpt.of(call.arguments().toString(), MAX_RESULT)))
                  .collect(Collectors.joining());
      case Message.ToolResult result ->
          "RESULT: " + Excerpt.of(Part.text(result.content()), MAX_RESULT);
      case Message.System _, Message.Developer _ -> "";
    };
  }

  /// What takes the place of the messages that are left out.
  String summary(List<Message> messages, int kept, String written) {
    String task =
        messages.stream()
            .filter(message -> message instanceof Message.User)
            .findFirst()
            .map(message -> Part.text(message.content()))
            .orElse("");
    String summary = written.isBlank() ? log(messages, kept) : written;
    return "%s\n\n(What was done so far, shortened to save room:)\n%s"
        .formatted(
            Excerpt.of(task, contextTokens / 2), Excerpt.of(summary, Math.max(400, contextTokens)));
  }

  /// The last messages with their long results shortened.
  List<Message> shortened(List<Message> messages) {
    List<Message> all = new ArrayList<>();
    for (Message message : messages) {
      all.add(
          message instanceof Message.ToolResult result
              ? new Message.ToolResult(
                  List.of(
                      new Part.Text(
                          Excerpt.of(
                              Part.text(result.content()), Math.max(400, contextTokens / 2)))),
                  result.callId(),
                  result.name())
              : message);
    }
    return all;
  }
}
