package dev.freehold.chat;

import java.util.List;
import java.util.OptionalInt;

/// When an answer ends, beside at the model's own end marks.
///
/// @param stop strings that end the answer where they first appear; they are not part of it
/// @param maxTokens tokens at most; up to the end of the context where nothing is said
/// @param maxThoughtTokens tokens that the model may think with at most; then its thoughts are
///   closed for it, and it answers
public record Ending(List<String> stop, OptionalInt maxTokens, OptionalInt maxThoughtTokens) {
  public static final Ending NATURAL = new Ending(List.of(), OptionalInt.empty());

  private static final int MAX_STOPS = 64;
  private static final int MAX_STOP_LENGTH = 4096;

  public Ending {
    stop = List.copyOf(stop);
    if (stop.size() > MAX_STOPS) {
      throw new ChatException(
          "stop", "expected at most %d strings, found %d".formatted(MAX_STOPS, stop.size()));
    }
    for (int i = 0; i < stop.size(); i++) {
      if (stop.get(i).isEmpty() || stop.get(i).length() > MAX_STOP_LENGTH) {
        throw new ChatException(
            "stop[%d]".formatted(i),
            "expected 1 to %d characters, found %d"
                .formatted(MAX_STOP_LENGTH, stop.get(i).length()));
      }
    }
    if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
      throw new ChatException("max_tokens", "expected at least 1, found " + maxTokens.getAsInt());
    }
    if (maxThoughtTokens.isPresent() && maxThoughtTokens.getAsInt() < 0) {
      throw new ChatException(
          "max_thought_tokens", "expected at least 0, found " + maxThoughtTokens.getAsInt());
    }
  }

  /// An ending without a bound for thoughts of their own.
  public Ending(List<String> stop, OptionalInt maxTokens) {
    this(stop, maxTokens, OptionalInt.empty());
  }

  public Ending withMaxTokens(int tokens) {
    return new Ending(stop, OptionalInt.of(tokens), maxThoughtTokens);
  }

  public Ending withMaxThoughtTokens(OptionalInt tokens) {
    return new Ending(stop, maxTokens, tokens);
  }
}
