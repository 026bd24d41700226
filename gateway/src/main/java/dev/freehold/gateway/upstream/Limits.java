package dev.freehold.gateway.upstream;

import java.time.Duration;

/// What an upstream may take: time and bytes.
///
/// @param connect for a connection
/// @param firstToken from the request to the first piece of the answer, where another target is
///   left
/// @param lastFirstToken the same where none is left
/// @param betweenTokens from one piece of the answer to the next; signs of life are none
/// @param whole for the whole answer
/// @param afterFinish from the reason of the end to the mark of the end, which some forget
/// @param sizes what may be read
public record Limits(
    Duration connect,
    Duration firstToken,
    Duration lastFirstToken,
    Duration betweenTokens,
    Duration whole,
    Duration afterFinish,
    Sizes sizes) {
  public static final Limits DEFAULT =
      new Limits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(12),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          Duration.ofMinutes(10),
          Duration.ofSeconds(5),
          Sizes.DEFAULT);

  /// Bytes of an answer.
  ///
  /// @param line of one line
  /// @param event of one event, its lines together
  /// @param answer of all of it
  /// @param error of an answer that tells an error
  public record Sizes(int line, int event, long answer, int error) {
    public static final Sizes DEFAULT = new Sizes(4 << 20, 4 << 20, 64L << 20, 64 << 10);
  }

  /// How long the first token may take.
  public Duration firstToken(boolean isLast) {
    return isLast ? lastFirstToken : firstToken;
  }
}
