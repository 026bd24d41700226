package dev.freehold.agent.choice;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What a model made of a question.
///
/// @param shares of each option, in the question's order; they sum to 1. Empty where who answered
///   tells no probabilities
/// @param covered how much of all probability the letters had before they were made to sum to 1:
///   with little, the model would have written something else
/// @param written the option that the model wrote
/// @param model who answered
public record Verdict(List<Share> shares, double covered, String written, String model) {
  /// How likely an option is.
  public record Share(String option, double probability) {}

  public Verdict {
    shares = List.copyOf(shares);
  }

  /// The likeliest option; of two as likely ones the first. Nothing where no probabilities are
  /// known: what a model writes is no measure of how sure it is.
  public Optional<Share> likeliest() {
    return shares.stream().max(Comparator.comparingDouble(Share::probability));
  }

  /// The likeliest option where it is at least so likely, and the model kept to the letters with at
  /// least half of its probability.
  public Optional<String> decided(double atLeast) {
    return likeliest()
        .filter(share -> share.probability() >= atLeast && covered >= 0.5)
        .map(Share::option);
  }
}
