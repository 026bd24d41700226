package dev.freehold.engine;

import java.time.Duration;

/// How requests share a model; none of it changes a bit of an answer.
///
/// @param maxSequences requests that are answered at the same time
/// @param sharedStepTokens tokens of prompts in a step that others wait for with their next token
/// @param queueTokens tokens that waiting requests may need together
/// @param queueTime that the last of them may have to wait, by what the engine computes a second
/// @param reuse whether computed prefixes are kept for later requests
/// @param draftTokens tokens that prompt lookup guesses at most; 0 for none
public record Scheduling(
    int maxSequences,
    int sharedStepTokens,
    long queueTokens,
    Duration queueTime,
    boolean reuse,
    int draftTokens) {
  /// For one person at a terminal and for a small office alike.
  public static final Scheduling DEFAULT =
      new Scheduling(32, 128, 1 << 18, Duration.ofMinutes(5), true, 6);

  private static final int MAX_SEQUENCES = 1024;
  private static final int MAX_DRAFT = 32;

  public Scheduling {
    require("sequences at the same time", maxSequences, 1, MAX_SEQUENCES);
    require("tokens of a shared step", sharedStepTokens, 1, Integer.MAX_VALUE);
    require("tokens of the queue", queueTokens, 0, Long.MAX_VALUE);
    require("tokens of a draft", draftTokens, 0, MAX_DRAFT);
  }

  private static void require(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new EngineException(
          "%s: expected %d to %d, found %d".formatted(what, least, most, value));
    }
  }

  public Scheduling withReuse(boolean newReuse) {
    return new Scheduling(
        maxSequences, sharedStepTokens, queueTokens, queueTime, newReuse, draftTokens);
  }

  public Scheduling withDraftTokens(int tokens) {
    return new Scheduling(maxSequences, sharedStepTokens, queueTokens, queueTime, reuse, tokens);
  }

  public Scheduling withMaxSequences(int sequences) {
    return new Scheduling(sequences, sharedStepTokens, queueTokens, queueTime, reuse, draftTokens);
  }

  public Scheduling withQueueTokens(long tokens) {
    return new Scheduling(maxSequences, sharedStepTokens, tokens, queueTime, reuse, draftTokens);
  }
}
