package dev.freehold.train.seedling;

import dev.freehold.kernel.Philox;
import java.nio.charset.StandardCharsets;

/// Names and combinations that are reserved for tests: by a hash of their text alone, so that the
/// border is the same for every seed.
///
/// Formula: FNV-1a of 64 bits over the kind and the parts, each followed by a zero byte; Philox
/// under a fixed key makes of it a number of `[0, 1)`; reserved below the kind's share.
///
/// Source: G. Fowler, L. Noll, K.-P. Vo, D. Eastlake, "The FNV non-cryptographic hash algorithm",
/// for the constants.
final class HeldOut {
  private static final long KEY = 0x5EED_0F_7E57L;
  private static final long STREAM = 0;
  private static final long FNV_OFFSET = 0xcbf2_9ce4_8422_2325L;
  private static final long FNV_PRIME = 0x100_0000_01b3L;

  /// What can be reserved, and which share of it is.
  enum Kind {
    NAME(0.10),
    PERSON_PLACE(0.12),
    PERSON_THING(0.12),
    THING_PLACE(0.12),
    THING_COLOUR(0.12),
    PERSON_JOB(0.12),
    PERSON_FOOD(0.12),
    ADDITION(0.30),
    SUBTRACTION(0.30),
    LONG_ADDITION(0.10),
    LONG_SUBTRACTION(0.10),
    COMPARISON(0.10),
    COUNTING(0.10),
    SORTING(0.10),
    COPYING(0.10),
    DATE(0.35),
    TOOL_CALL(0.10);

    private final double share;

    Kind(double share) {
      this.share = share;
    }
  }

  private HeldOut() {}

  /// Whether training must not see this combination.
  static boolean isReserved(Kind kind, String... parts) {
    long hash = mix(FNV_OFFSET, kind.name());
    for (String part : parts) {
      hash = mix(hash, part);
    }
    return Philox.uniform(KEY, STREAM, hash) < kind.share;
  }

  /// Whether a combination belongs to a side.
  static boolean fits(Side side, Kind kind, String... parts) {
    return isReserved(kind, parts) == (side == Side.HELD_OUT);
  }

  private static long mix(long hash, String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash * FNV_PRIME;
  }
}
