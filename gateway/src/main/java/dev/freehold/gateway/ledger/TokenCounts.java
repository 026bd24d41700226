package dev.freehold.gateway.ledger;

/// The tokens of a request and its answer.
///
/// @param prompt tokens of the prompt
/// @param cached those of them that were read from a cache
/// @param completion tokens of the answer
/// @param reasoning those of them that the model thought with
public record TokenCounts(long prompt, long cached, long completion, long reasoning) {
  public static final TokenCounts NONE = new TokenCounts(0, 0, 0, 0);

  /// More than any request has; what lies above is a mistake of whoever counted.
  static final long MOST = 1L << 32;

  /// Counts of servers that cannot be are brought into their bounds: none is below 0, and no part
  /// is larger than its whole.
  public TokenCounts {
    prompt = Math.clamp(prompt, 0, MOST);
    cached = Math.clamp(cached, 0, prompt);
    completion = Math.clamp(completion, 0, MOST);
    reasoning = Math.clamp(reasoning, 0, completion);
  }

  public long total() {
    return prompt + completion;
  }
}
