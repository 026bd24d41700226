package dev.freehold.gateway.ledger;

import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// How much may be spent in a day or a month.
///
/// @param name of the key or route; empty for [Scope#ALL]
/// @param money what vendors may bill; empty for any amount
/// @param tokens of prompts and answers, local ones too; empty for any number
public record Budget(
    Scope scope, String name, Period period, Optional<Money> money, OptionalLong tokens) {
  /// Whose spending is limited.
  public enum Scope {
    KEY,
    ROUTE,
    /// Everybody's together.
    ALL
  }

  /// After which time spending begins at nothing again.
  public enum Period {
    DAY,
    MONTH;

    LocalDate start(LocalDate day) {
      return this == DAY ? day : day.withDayOfMonth(1);
    }

    LocalDate end(LocalDate day) {
      return this == DAY ? day.plusDays(1) : day.withDayOfMonth(1).plusMonths(1);
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Budget {
    if (money.isPresent() && money.get().micros() < 0
        || tokens.isPresent() && tokens.getAsLong() < 0) {
      throw new LedgerException("a budget: expected an amount of 0 or more, found less");
    }
    if (money.isEmpty() && tokens.isEmpty()) {
      throw new LedgerException("a budget: expected an amount of money, of tokens or both");
    }
    if (name.isEmpty() != (scope == Scope.ALL)) {
      throw new LedgerException("a budget: expected the name of a key or a route, found none");
    }
  }

  /// As messages name it: `the day's budget of key ann`.
  String told() {
    String whose =
        switch (scope) {
          case KEY -> " of key " + name;
          case ROUTE -> " of route " + name;
          case ALL -> " of all";
        };
    return "the %s's budget%s".formatted(period.text(), whose);
  }
}
