package dev.freehold.text.jinja;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Optional;

/// The global `strftime_now`: the time of the rendering, laid out by C's `strftime` in English.
final class TimeFormat {
  private final LocalDateTime now;

  private TimeFormat(LocalDateTime now) {
    this.now = now;
  }

  static Text format(Run run, Text format) {
    TimeFormat time = new TimeFormat(run.now());
    String chars = format.chars();
    TextBuilder out = new TextBuilder();
    int at = 0;
    while (at < chars.length()) {
      if (chars.charAt(at) != '%' || at + 1 == chars.length()) {
        out.append(format, at, at + 1);
        at++;
        continue;
      }
      boolean unpadded = chars.charAt(at + 1) == '-' && at + 2 < chars.length();
      char directive = chars.charAt(unpadded ? at + 2 : at + 1);
      String value =
          time.value(directive)
              .orElseThrow(
                  () -> run.error("strftime_now: the directive %" + directive + " is unknown"));
      out.append(unpadded ? withoutPadding(value) : value, true);
      at += unpadded ? 3 : 2;
    }
    return out.build();
  }

  private static String withoutPadding(String value) {
    int at = 0;
    while (at < value.length() - 1 && (value.charAt(at) == '0' || value.charAt(at) == ' ')) {
      at++;
    }
    return value.substring(at);
  }

  private Optional<String> value(char directive) {
    return date(directive).or(() -> time(directive)).or(() -> composed(directive));
  }

  private Optional<String> date(char directive) {
    return Optional.ofNullable(
        switch (directive) {
          case 'Y' -> String.valueOf(now.getYear());
          case 'y' -> digits(now.getYear() % 100, 2);
          case 'C' -> digits(now.getYear() / 100, 2);
          case 'm' -> digits(now.getMonthValue(), 2);
          case 'd' -> digits(now.getDayOfMonth(), 2);
          case 'e' -> "%2d".formatted(now.getDayOfMonth());
          case 'j' -> digits(now.getDayOfYear(), 3);
          case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'b', 'h' -> now.getMonth().name().charAt(0) + lowerTail(now.getMonth().name());
          case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'a' -> now.getDayOfWeek().name().charAt(0) + lowerTail(now.getDayOfWeek().name());
          case 'u' -> String.valueOf(now.getDayOfWeek().getValue());
          case 'w' -> String.valueOf(now.getDayOfWeek().getValue() % 7);
          case 'U' -> digits(week(now.getDayOfWeek().getValue() % 7), 2);
          case 'W' -> digits(week(now.getDayOfWeek().getValue() - 1), 2);
          case 'V' -> digits(now.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
          case 'G' -> String.valueOf(now.get(IsoFields.WEEK_BASED_YEAR));
          default -> null;
        });
  }

  /// The second and third letter of a name.
  private static String lowerTail(String name) {
    return name.substring(1, 3).toLowerCase(Locale.ROOT);
  }

  /// The number of the week when weeks begin with the day that counts as 0.
  private int week(int dayOfWeek) {
    return (now.getDayOfYear() + 6 - dayOfWeek) / 7;
  }

  private Optional<String> time(char directive) {
    return Optional.ofNullable(
        switch (directive) {
          case 'H' -> digits(now.getHour(), 2);
          case 'k' -> "%2d".formatted(now.getHour());
          case 'I' -> digits(now.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2);
          case 'l' -> "%2d".formatted(now.get(ChronoField.CLOCK_HOUR_OF_AMPM));
          case 'M' -> digits(now.getMinute(), 2);
          case 'S' -> digits(now.getSecond(), 2);
          case 'f' -> digits(now.getNano() / 1000, 6);
          case 'p' -> now.getHour() < 12 ? "AM" : "PM";
          case 'P' -> now.getHour() < 12 ? "am" : "pm";
          case 'Z', 'z' -> "";
          case 'n' -> "\n";
          case 't' -> "\t";
          case '%' -> "%";
          default -> null;
        });
  }

  private Optional<String> composed(char directive) {
    String parts =
        switch (directive) {
          case 'F' -> "Y-m-d";
          case 'T', 'X' -> "H:M:S";
          case 'R' -> "H:M";
          case 'D', 'x' -> "m/d/y";
          case 'r' -> "I:M:S p";
          case 'c' -> "a b e H:M:S Y";
          default -> "";
        };
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder out = new StringBuilder();
    parts
        .chars()
        .forEach(c ->
            out.append(Chars.isLetter(c) ? value((char) c).orElseThrow() : Character.toString(c)));
    return Optional.of(out.toString());
  }

  private static String digits(int value, int width) {
    return ("%0" + width + "d").formatted(value);
  }
}
