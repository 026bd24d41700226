package dev.freehold.gateway.ledger;

import java.util.Locale;

/// The energy that an answer took, and how that is known.
public record Energy(long millijoules, Source source) {
  /// Of an answer that was computed elsewhere.
  public static final Energy UNKNOWN = new Energy(0, Source.UNKNOWN);

  /// How an amount of energy is known.
  public enum Source {
    /// Measured by the processor.
    RAPL,
    /// Computed from processor time and a power that was configured or assumed.
    ESTIMATE,
    UNKNOWN;

    /// As it stands in the ledger and in reports.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// More than any answer takes, so that sums and costs stay numbers.
  private static final long MOST = 1L << 50;

  public Energy {
    if (millijoules < 0 || source == Source.UNKNOWN && millijoules != 0) {
      throw new IllegalArgumentException("%d mJ, %s".formatted(millijoules, source));
    }
    millijoules = Math.min(millijoules, MOST);
  }
}
