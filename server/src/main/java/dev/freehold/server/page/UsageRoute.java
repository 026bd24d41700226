package dev.freehold.server.page;

import dev.freehold.server.Access;
import dev.freehold.server.Exchange;
import dev.freehold.server.Problem;
import dev.freehold.server.ServerException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// `/page/usage`: what requests took. Who manages the server sees everybody's, others their own.
final class UsageRoute {
  private static final int USUAL_DAYS = 30;
  private static final int MOST_DAYS = 366;

  private final UsageSource source;

  UsageRoute(UsageSource source) {
    this.source = source;
  }

  void tell(Exchange exchange) {
    Optional<String> caller =
        exchange.may(Access.MANAGE) ? Optional.empty() : Optional.of(exchange.caller().name());
    exchange.reply(source.usage(new UsageSource.Question(by(exchange), days(exchange), caller)));
  }

  private static int days(Exchange exchange) {
    String text = exchange.query("days").orElse(Integer.toString(USUAL_DAYS));
    int days = text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
    if (days < 1 || days > MOST_DAYS) {
      throw new ServerException(
          Problem.Kind.INVALID_REQUEST, "days: expected 1 to %d".formatted(MOST_DAYS));
    }
    return days;
  }

  private static UsageSource.By by(Exchange exchange) {
    String text = exchange.query("by").orElse("route");
    return Arrays.stream(UsageSource.By.values())
        .filter(by -> by.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new ServerException(
                Problem.Kind.INVALID_REQUEST,
                "by: expected "
                    + Arrays.stream(UsageSource.By.values())
                        .map(by -> by.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "))));
  }
}
