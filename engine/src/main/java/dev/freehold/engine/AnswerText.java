package dev.freehold.engine;

import dev.freehold.chat.ChatEvent;
import dev.freehold.engine.reply.ReplyParser;
import dev.freehold.engine.reply.ReplyPart;
import dev.freehold.text.StreamDecoder;
import dev.freehold.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Turns the tokens of an answer into events: text up to a stop string and, where that is wanted,
/// thinking and calls of tools told apart from it.
final class AnswerText {
  private final Tokenizer tokenizer;
  private final StreamDecoder decoder;
  private final StopMatcher stops;
  private final Optional<ReplyParser> parser;
  private final Consumer<ChatEvent> events;
  private int calls;

  /// @param parser takes the answer apart; empty where it is told as it was written
  AnswerText(
      Tokenizer tokenizer,
      List<String> stop,
      Optional<ReplyParser> parser,
      Consumer<ChatEvent> events) {
    this.tokenizer = tokenizer;
    this.decoder = tokenizer.streamDecoder(false);
    this.stops = new StopMatcher(stop);
    this.parser = parser;
    this.events = events;
  }

  /// Takes the next token.
  void feed(int token) {
    text(stops.feed(decoder.feed(token)));
    if (parser.isPresent() && tokenizer.isSpecial(token) && !stops.found()) {
      text(stops.interrupt());
      tell(parser.get().mark(tokenizer.tokenText(token)));
    }
  }

  /// Tells what was held back; nothing more comes.
  void finish() {
    text(stops.feed(decoder.finish()));
    text(stops.finish());
    if (parser.isPresent()) {
      tell(withoutTold(parser.get().finish()));
    }
  }

  /// Without the raw text of a call that the answer's end cut off and whose pieces were told.
  private static List<ReplyPart> withoutTold(List<ReplyPart> parts) {
    boolean isCut = parts.stream().anyMatch(ReplyPart.CallBroken.class::isInstance);
    return isCut
        ? parts.stream().filter(part -> !(part instanceof ReplyPart.Text)).toList()
        : parts;
  }

  /// Whether the answer is in a block of thoughts.
  boolean isThinking() {
    return parser.isPresent() && parser.get().place() == ReplyParser.Place.THOUGHTS;
  }

  /// Whether a stop string has appeared.
  boolean hasStopped() {
    return stops.found();
  }

  /// The stop string that has appeared; empty where none has.
  String stop() {
    return stops.which();
  }

  /// Calls of tools that were told.
  int calls() {
    return calls;
  }

  private void text(String text) {
    if (text.isEmpty()) {
      return;
    }
    if (parser.isPresent()) {
      tell(parser.get().feed(text));
    } else {
      events.accept(new ChatEvent.TextDelta(text));
    }
  }

  private void tell(List<ReplyPart> parts) {
    for (ReplyPart part : parts) {
      switch (part) {
        case ReplyPart.Text text -> events.accept(new ChatEvent.TextDelta(text.text()));
        case ReplyPart.Reasoning thought ->
            events.accept(new ChatEvent.ReasoningDelta(thought.text()));
        case ReplyPart.CallStarted call -> {
          calls++;
          events.accept(new ChatEvent.CallStarted(call.index(), call.id(), call.name()));
        }
        case ReplyPart.CallArguments arguments ->
            events.accept(new ChatEvent.CallArguments(arguments.index(), arguments.jsonFragment()));
        case ReplyPart.CallEnded _, ReplyPart.CallBroken _ -> {}
      }
    }
  }
}
