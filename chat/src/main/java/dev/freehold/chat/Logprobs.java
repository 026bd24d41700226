package dev.freehold.chat;

/// Of which tokens the logarithms of probabilities are told.
///
/// @param ofAnswer of the answer's tokens
/// @param ofPrompt of the prompt's tokens, from the second on
/// @param alternatives how many of the likeliest tokens at each place are told too
public record Logprobs(boolean ofAnswer, boolean ofPrompt, int alternatives) {
  public static final Logprobs NONE = new Logprobs(false, false, 0);

  private static final int MAX_ALTERNATIVES = 100;

  public Logprobs {
    if (alternatives < 0 || alternatives > MAX_ALTERNATIVES) {
      throw new ChatException(
          "top_logprobs", "expected 0 to %d, found %d".formatted(MAX_ALTERNATIVES, alternatives));
    }
  }
}
