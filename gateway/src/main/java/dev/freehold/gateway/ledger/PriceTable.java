package dev.freehold.gateway.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What models cost, as their user wrote it down; what is not in it has an unknown price.
///
/// Of the rows that match backend and model and are valid, the one with the most specific patterns
/// counts: without `*` before with, then the one with more letters; of equal ones the newest.
///
/// @param currency of all prices, and so of all costs
/// @param energy what a kilowatt-hour costs, where the cost of local answers is wanted
public record PriceTable(String currency, List<Row> rows, Optional<EnergyPrice> energy) {
  /// Nothing has a price, and there is no currency.
  public static final PriceTable EMPTY = new PriceTable("", List.of(), Optional.empty());

  private static final BigDecimal MILLIJOULES_PER_KILOWATT_HOUR =
      BigDecimal.valueOf(3_600_000_000L);
  private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

  public PriceTable {
    rows = List.copyOf(rows);
  }

  /// A price and where it holds.
  ///
  /// @param backend a pattern: letters, and `*` for any number of any
  /// @param model a pattern
  /// @param from the first day on which it holds, in UTC
  public record Row(String backend, String model, LocalDate from, Price price) {
    boolean matches(Target target, LocalDate day) {
      return !from.isAfter(day)
          && matches(backend, target.backend())
          && matches(model, target.model());
    }

    /// Takes time in proportion to both lengths, whatever the pattern.
    static boolean matches(String pattern, String text) {
      int at = 0;
      int star = -1;
      int resume = 0;
      int i = 0;
      while (i < text.length()) {
        if (at < pattern.length() && pattern.charAt(at) == '*') {
          star = at++;
          resume = i;
        } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(i)) {
          at++;
          i++;
        } else if (star >= 0) {
          at = star + 1;
          i = ++resume;
        } else {
          return false;
        }
      }
      while (at < pattern.length() && pattern.charAt(at) == '*') {
        at++;
      }
      return at == pattern.length();
    }

    private int exactPatterns() {
      return (backend.contains("*") ? 0 : 1) + (model.contains("*") ? 0 : 1);
    }

    private long letters() {
      return (backend + model).chars().filter(c -> c != '*').count();
    }
  }

  /// What a kilowatt-hour costs.
  public record EnergyPrice(BigDecimal perKilowattHour, String currency) {
    Money cost(Energy energy) {
      BigDecimal micros =
          perKilowattHour
              .multiply(MICROS)
              .multiply(BigDecimal.valueOf(energy.millijoules()))
              .divide(MILLIJOULES_PER_KILOWATT_HOUR, 0, RoundingMode.HALF_UP);
      return new Money(micros.longValueExact(), currency);
    }
  }

  /// The price of a vendor's model at a time; empty where it is unknown.
  public Optional<Price> find(Target target, Instant time) {
    LocalDate day = LocalDate.ofInstant(time, ZoneOffset.UTC);
    return rows.stream()
        .filter(row -> row.matches(target, day))
        .max(
            Comparator.comparingInt(Row::exactPatterns)
                .thenComparingLong(Row::letters)
                .thenComparing(Row::from))
        .map(Row::price);
  }

  /// What an answer cost; empty where that is unknown.
  public Optional<Money> cost(Target target, Instant time, TokenCounts tokens, Energy energy) {
    if (!target.isLocal()) {
      return find(target, time).map(price -> price.cost(tokens));
    }
    return energy.source() == Energy.Source.UNKNOWN
        ? Optional.empty()
        : this.energy.map(price -> price.cost(energy));
  }
}
