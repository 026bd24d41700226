package dev.freehold.gateway.ledger;

import java.math.BigDecimal;

/// An amount of money in millionths of a currency's unit.
///
/// @param currency three capital letters, as ISO 4217 has them
public record Money(long micros, String currency) {
  private static final int MICRO_DIGITS = 6;

  public Money {
    if (!isCurrency(currency)) {
      throw new LedgerException(
          "a currency: expected three capital letters, as EUR, found \"%s\""
              .formatted(shortened(currency)));
    }
  }

  static boolean isCurrency(String text) {
    return text.matches("[A-Z]{3}");
  }

  static String shortened(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  /// The sum.
  ///
  /// @throws IllegalArgumentException where the currencies differ: nothing here knows a rate
  /// @throws ArithmeticException beyond nine million million units
  public Money plus(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException("%s and %s".formatted(currency, other.currency));
    }
    return new Money(Math.addExact(micros, other.micros), currency);
  }

  /// The amount without its currency: two digits after the point, more where they are needed.
  public String amount() {
    BigDecimal units = BigDecimal.valueOf(micros, MICRO_DIGITS).stripTrailingZeros();
    return (units.scale() < 2 ? units.setScale(2) : units).toPlainString();
  }

  @Override
  public String toString() {
    return amount() + " " + currency;
  }
}
