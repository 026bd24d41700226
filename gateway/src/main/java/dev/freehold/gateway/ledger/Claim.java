package dev.freehold.gateway.ledger;

import java.util.List;
import java.util.OptionalLong;

/// How much a request may take at most, as far as that is known before.
///
/// @param targets who may be asked for it; the dearest of them counts
/// @param promptTokens an estimate that is rather too high
/// @param maxTokens of the answer; empty where nothing bounds it
public record Claim(List<Target> targets, long promptTokens, OptionalLong maxTokens) {
  public Claim {
    targets = List.copyOf(targets);
    promptTokens = Math.clamp(promptTokens, 0, TokenCounts.MOST);
    maxTokens =
        maxTokens.isPresent()
            ? OptionalLong.of(Math.clamp(maxTokens.getAsLong(), 0, TokenCounts.MOST))
            : maxTokens;
  }
}
