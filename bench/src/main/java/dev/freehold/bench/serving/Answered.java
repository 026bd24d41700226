package dev.freehold.bench.serving;

import java.util.Optional;

/// How one request fared.
///
/// @param status of HTTP; 0 where the connection broke
/// @param retryAfter what the server said of when to ask again
/// @param problem the body of an error, or why the connection broke; empty where all went well
/// @param promptTokens tokens of the prompt, as the server counts
/// @param cachedTokens those of them that it did not compute again
/// @param tokens tokens of the answer, as the server counts
/// @param firstNanos from the request to the first piece of the answer
/// @param nanos from the request to the end of the answer
/// @param gapNanos between two pieces of the answer
/// @param text the answer
record Answered(
    int status,
    Optional<String> retryAfter,
    String problem,
    int promptTokens,
    int cachedTokens,
    int tokens,
    long firstNanos,
    long nanos,
    long[] gapNanos,
    String text) {
  boolean isWhole() {
    return status == 200 && problem.isEmpty();
  }

  static Answered refused(int status, Optional<String> retryAfter, String problem, long nanos) {
    return new Answered(status, retryAfter, problem, 0, 0, 0, 0, nanos, new long[0], "");
  }
}
