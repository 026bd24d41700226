package dev.freehold.server.ollama;

import dev.freehold.chat.ChatException;
import dev.freehold.server.Access;
import dev.freehold.server.Exchange;
import dev.freehold.server.Fields;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Reads `keep_alive`: for how long a model stays in memory after its last request.
///
/// Forms: seconds as a number, or text of a number, or of numbers with units as Go writes them
/// (`5m`, `1h30m`, `-1s`). Negative is for ever; 0 drops the model after the request.
final class KeepAlive {
  private static final String FIELD = "keep_alive";
  private static final Duration FOREVER = Duration.ofSeconds(-1);
  private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(Long.MAX_VALUE / 1_000_000_000);
  private static final Pattern PIECE =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{0,9})?|\\.\\d{1,9})(ns|us|µs|μs|ms|s|m|h)");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}(?:\\.\\d{0,9})?");
  private static final int MAX_LENGTH = 100;

  private KeepAlive() {}

  /// For how long the models that a request asks for stay. Memory is everybody's: of those who may
  /// use models and not manage them nothing is taken.
  ///
  /// @param wanted as the request says
  static Optional<Duration> granted(Exchange exchange, Optional<Duration> wanted) {
    return exchange.may(Access.MANAGE) ? wanted : Optional.empty();
  }

  /// Empty where nothing is said.
  static Optional<Duration> read(Fields body) {
    return body.value(FIELD).map(value -> read(body, value));
  }

  private static Duration read(Fields body, JsonNode value) {
    if (value.isNumber()) {
      double seconds = body.number(FIELD).orElseThrow();
      return seconds < 0 ? FOREVER : duration(BigDecimal.valueOf(seconds));
    }
    String text = value.isString() ? value.stringValue().strip() : "";
    boolean isNegative = text.startsWith("-");
    String amount = isNegative || text.startsWith("+") ? text.substring(1) : text;
    if (text.length() <= MAX_LENGTH) {
      if (NUMBER.matcher(amount).matches()) {
        return isNegative ? FOREVER : duration(new BigDecimal(amount));
      }
      Matcher piece = PIECE.matcher(amount);
      BigDecimal seconds = BigDecimal.ZERO;
      int end = 0;
      while (end < amount.length() && piece.find(end) && piece.start() == end) {
        seconds = seconds.add(new BigDecimal(piece.group(1)).multiply(unit(piece.group(2))));
        end = piece.end();
      }
      if (end > 0 && end == amount.length()) {
        return isNegative && seconds.signum() > 0 ? FOREVER : duration(seconds);
      }
    }
    throw new ChatException(
        body.at(FIELD),
        "expected seconds or a duration such as 5m, 1h30m, 0 or -1, found " + Fields.shown(value));
  }

  private static BigDecimal unit(String unit) {
    return switch (unit) {
      case "ns" -> new BigDecimal("0.000000001");
      case "ms" -> new BigDecimal("0.001");
      case "s" -> BigDecimal.ONE;
      case "m" -> BigDecimal.valueOf(60);
      case "h" -> BigDecimal.valueOf(3600);
      default -> new BigDecimal("0.000001");
    };
  }

  private static Duration duration(BigDecimal seconds) {
    return Duration.ofNanos(
        seconds.min(MOST_SECONDS).movePointRight(9).setScale(0, RoundingMode.DOWN).longValue());
  }
}
