package dev.freehold.chat;

/// How a request may be taken to an answer, where several could give one.
///
/// @param localOnly whether it must not leave machines of whoever runs the service
/// @param isWhole whether the answer is told only when all of it is there, so that one that breaks
///   off can be asked for again
/// @param conversation what requests of one conversation share, so that one model answers all of
///   them; empty where nothing is said
public record Handling(boolean localOnly, boolean isWhole, String conversation) {
  /// Nothing is said.
  public static final Handling UNSAID = new Handling(false, false, "");

  private static final int MAX_LENGTH = 256;

  public Handling {
    if (conversation.length() > MAX_LENGTH) {
      throw new ChatException(
          "conversation",
          "expected at most %d characters, found %d".formatted(MAX_LENGTH, conversation.length()));
    }
  }
}
