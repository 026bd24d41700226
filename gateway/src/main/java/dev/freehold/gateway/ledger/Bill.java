package dev.freehold.gateway.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// What a request cost, by the price table of its time.
///
/// @param total of all attempts; empty where a part of it is unknown
/// @param vendors the part that vendors bill, as far as it is known
/// @param attempts what each attempt cost; empty where that is unknown or not told apart
record Bill(OptionalLong total, long vendors, List<OptionalLong> attempts) {
  static Bill of(Settlement settlement, PriceTable prices, Instant time) {
    List<OptionalLong> attempts = new ArrayList<>();
    long vendors = 0;
    long local = 0;
    boolean isKnown = true;
    boolean hasLocal = false;
    for (Attempt attempt : settlement.attempts()) {
      if (attempt.tokens().total() == 0) {
        attempts.add(OptionalLong.of(0));
      } else if (attempt.target().isLocal()) {
        hasLocal = true;
        attempts.add(OptionalLong.empty());
      } else {
        OptionalLong cost =
            micros(prices.cost(attempt.target(), time, attempt.tokens(), Energy.UNKNOWN));
        isKnown &= cost.isPresent();
        vendors = Math.addExact(vendors, cost.orElse(0));
        attempts.add(cost);
      }
    }
    if (hasLocal) {
      OptionalLong cost =
          micros(prices.cost(Target.local("", ""), time, TokenCounts.NONE, settlement.energy()));
      isKnown &= cost.isPresent();
      local = cost.orElse(0);
    }
    return new Bill(
        isKnown ? OptionalLong.of(Math.addExact(vendors, local)) : OptionalLong.empty(),
        vendors,
        attempts);
  }

  private static OptionalLong micros(java.util.Optional<Money> cost) {
    return cost.isPresent() ? OptionalLong.of(cost.get().micros()) : OptionalLong.empty();
  }
}
