package dev.freehold.gateway.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;

/// What a vendor takes for a million tokens.
///
/// @param input for tokens of the prompt
/// @param cached for those of them that were read from a cache
/// @param output for tokens of the answer, thoughts included
/// @param maxOutput the most that the model writes, where that is said; bounds requests that say
///   nothing
public record Price(
    BigDecimal input,
    BigDecimal cached,
    BigDecimal output,
    OptionalLong maxOutput,
    String currency) {
  /// The cost of tokens, rounded once, to the nearest millionth.
  ///
  /// A unit for a million tokens is a millionth of it for one token.
  public Money cost(TokenCounts tokens) {
    BigDecimal micros =
        input
            .multiply(BigDecimal.valueOf(tokens.prompt() - tokens.cached()))
            .add(cached.multiply(BigDecimal.valueOf(tokens.cached())))
            .add(output.multiply(BigDecimal.valueOf(tokens.completion())));
    return new Money(micros.setScale(0, RoundingMode.HALF_UP).longValueExact(), currency);
  }

  /// More than these tokens can cost, wherever they are read from.
  Money bound(long prompt, long completion) {
    BigDecimal micros =
        input
            .max(cached)
            .multiply(BigDecimal.valueOf(prompt))
            .add(output.multiply(BigDecimal.valueOf(completion)));
    return new Money(micros.setScale(0, RoundingMode.CEILING).longValueExact(), currency);
  }
}
