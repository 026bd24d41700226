package dev.freehold.eval;

import dev.freehold.chat.Sampling;
import java.time.Duration;

/// How the tasks of a run are asked.
///
/// @param sampling how tokens are chosen
/// @param maxTokens tokens of an answer at most, where the task says nothing
/// @param timeLimit for an answer; one that takes longer is an error
/// @param concurrency how many tasks a backend is asked at once
public record Settings(Sampling sampling, int maxTokens, Duration timeLimit, int concurrency) {
  public static final int MOST_CONCURRENCY = 256;

  /// Greedy, 1,024 tokens, 2 minutes, four at once.
  public static final Settings DEFAULT =
      new Settings(Sampling.greedy().withSeed(0), 1024, Duration.ofMinutes(2), 4);

  public Settings {
    if (maxTokens < 1) {
      throw new EvalException("tokens of an answer: expected at least 1, found " + maxTokens);
    }
    if (timeLimit.isZero() || timeLimit.isNegative()) {
      throw new EvalException("time limit: expected more than 0, found " + timeLimit);
    }
    if (concurrency < 1 || concurrency > MOST_CONCURRENCY) {
      throw new EvalException(
          "concurrency: expected 1 to %d, found %d".formatted(MOST_CONCURRENCY, concurrency));
    }
  }
}
