package dev.freehold.cli.exit;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a model of this machine took for answers that a ledger has.
public final class LocalPast {
  /// Fewer answers tell no speed.
  private static final int ENOUGH = 20;

  private long answers;
  private double promptTokens;
  private double promptSeconds;
  private double answerTokens;
  private double answerSeconds;
  private double joules;
  private double joulesSeconds;
  private String source = "";

  /// Adds an answer as a line of `usage export` has it; those after a failed attempt say nothing of
  /// this machine's times.
  public void add(JsonNode request) {
    double whole = request.path("whole_micros").asLong(0) / 1e6;
    double first = request.path("first_token_micros").asLong(0) / 1e6;
    double prompt =
        request.path("prompt_tokens").asLong(0) - request.path("cached_tokens").asLong(0);
    double answer = request.path("completion_tokens").asLong(0) - 1;
    boolean isUsable =
        request.path("attempts").size() == 1 && first > 0 && whole > first && answer > 0;
    if (!isUsable) {
      return;
    }
    answers++;
    promptTokens += Math.max(0, prompt);
    promptSeconds += first;
    answerTokens += answer;
    answerSeconds += whole - first;
    String known = request.path("energy_known_by").asString("unknown");
    if (!known.equals("unknown")) {
      joules += request.path("millijoules").asLong(0) / 1e3;
      joulesSeconds += whole;
      source = known;
    }
  }

  /// The speeds of these answers; empty where they are too few.
  ///
  /// @param watts what is taken where the ledger knows no energy of them
  public Optional<Speeds> speeds(double watts, String wattsHow) {
    if (answers < ENOUGH || promptTokens <= 0) {
      return Optional.empty();
    }
    boolean isKnown = joulesSeconds > 0 && joules > 0;
    return Optional.of(
        new Speeds(
            promptTokens / promptSeconds,
            answerTokens / answerSeconds,
            "%d answers in the ledger, waiting included".formatted(answers),
            isKnown ? joules / joulesSeconds : watts,
            isKnown ? "the ledger's, " + source : wattsHow));
  }
}
