package dev.freehold.chat;

import java.util.List;

/// A token of a text and how likely it was there.
///
/// Probabilities are those of the model: before temperature, penalties, biases and constraints.
///
/// @param chosen the token that stands there
/// @param best the likeliest tokens there, best first
public record TokenLogprob(Candidate chosen, List<Candidate> best) {
  public TokenLogprob {
    best = List.copyOf(best);
  }

  /// A token that could stand at some place.
  ///
  /// @param text the token's text; where its bytes are no whole characters, with U+FFFD in it
  /// @param bytes the token's bytes, 0 to 255 each
  /// @param logprob the natural logarithm of its probability
  public record Candidate(int id, String text, List<Integer> bytes, double logprob) {
    public Candidate {
      bytes = List.copyOf(bytes);
    }
  }
}
