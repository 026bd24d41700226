package dev.freehold.engine;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.text.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The begin of an answer that the client has written: a conversation whose last message is text of
/// the assistant is continued from the end of that text, not answered by another message.
final class Prefill {
  private Prefill() {}

  /// The text to continue; empty where the conversation is to be answered.
  static Optional<String> of(Input input) {
    return input instanceof Input.Conversation asked
            && asked.messages().getLast() instanceof Message.Assistant last
            && last.toolCalls().isEmpty()
        ? Optional.of(Part.text(last.content())).filter(text -> !text.isBlank())
        : Optional.empty();
  }

  /// The prompt up to the end of the last place where the text stands, which templates may have
  /// stripped of white space around it; what the template writes behind a whole message goes.
  ///
  /// @throws ChatException where the template does not show the text as it is
  static Prompt cut(Prompt rendered, String text) {
    String whole = rendered.text();
    for (String shown : List.of(text, text.stripLeading(), text.strip())) {
      int at = whole.lastIndexOf(shown);
      if (at >= 0
          && isOfOthers(rendered, at, at + shown.length())
          && isRestOfTemplate(rendered, at + shown.length())) {
        return first(rendered, at + shown.length());
      }
    }
    throw new ChatException(
        "messages",
        "the last one is of the assistant, and this model's chat template does not show it so that"
            + " it could be continued; end with another message");
  }

  /// Whether nothing from one place to another is the template's own.
  private static boolean isOfOthers(Prompt prompt, int from, int to) {
    int begin = 0;
    for (Prompt.Span span : prompt.spans()) {
      int end = begin + span.text().length();
      if (span.trusted() && Math.max(begin, from) < Math.min(end, to)) {
        return false;
      }
      begin = end;
    }
    return true;
  }

  /// Whether nothing that others wrote stands behind a place, but white space.
  private static boolean isRestOfTemplate(Prompt prompt, int from) {
    int begin = 0;
    for (Prompt.Span span : prompt.spans()) {
      int end = begin + span.text().length();
      if (!span.trusted()
          && end > from
          && !span.text().substring(Math.max(0, from - begin)).isBlank()) {
        return false;
      }
      begin = end;
    }
    return true;
  }

  private static Prompt first(Prompt prompt, int length) {
    List<Prompt.Span> kept = new ArrayList<>();
    int left = length;
    for (Prompt.Span span : prompt.spans()) {
      String text = span.text().substring(0, Math.min(left, span.text().length()));
      if (!text.isEmpty()) {
        kept.add(new Prompt.Span(text, span.trusted()));
      }
      left -= text.length();
    }
    return new Prompt(kept);
  }
}
