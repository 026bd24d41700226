package dev.freehold.gateway.route;

import dev.freehold.gateway.GatewayException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A mapping of the gateway's file, read key by key; keys that nobody asked for are errors, and
/// errors name the file and the path within it.
final class Section {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final int SHOWN = 60;

  private final String file;
  private final String place;
  private final Map<?, ?> values;
  private final Set<String> known = new LinkedHashSet<>();

  private Section(String file, String place, Map<?, ?> values) {
    this.file = file;
    this.place = place;
    this.values = values;
  }

  static Section of(String file, String place, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new GatewayException(
          "%s: %s: expected a mapping, found %s"
              .formatted(file, place.isEmpty() ? "the top level" : place, describe(value)));
    }
    return new Section(file, place, map);
  }

  private static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case Map<?, ?> map -> "a mapping";
      case List<?> list -> "a list";
      case Object other -> {
        String text = other.toString().replaceAll("\\p{Cntrl}", " ");
        yield "\"" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "\"";
      }
    };
  }

  private String name(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  boolean has(String key) {
    known.add(key);
    return values.containsKey(key);
  }

  /// Whether there is a mapping, or a list of mappings.
  boolean hasSections(String key) {
    Object value = get(key);
    return value instanceof Map<?, ?>
        || value instanceof List<?> list && list.stream().allMatch(each -> each instanceof Map);
  }

  private @Nullable Object get(String key) {
    known.add(key);
    return values.get(key);
  }

  /// An error about a key.
  GatewayException wrong(String key, String what) {
    return new GatewayException("%s: %s: %s".formatted(file, name(key), what));
  }

  private GatewayException expected(String key, String what) {
    return values.containsKey(key)
        ? wrong(key, "expected %s, found %s".formatted(what, describe(get(key))))
        : missing(key, "expected " + what);
  }

  /// An error about a key that is not there: what is there may be a slip of the pen.
  GatewayException missing(String key, String what) {
    Set<String> there = new TreeSet<>();
    values.keySet().forEach(each -> there.add(String.valueOf(each)));
    return wrong(
        key,
        there.isEmpty()
            ? what + ", found nothing"
            : "%s, found only %s".formatted(what, describe(String.join(", ", there))));
  }

  Section section(String key) {
    if (!has(key)) {
      throw missing(key, "expected a mapping");
    }
    return of(file, name(key), get(key));
  }

  /// What `read` gives for the section of a key; `absent` where there is none.
  <T> T section(String key, T absent, BiFunction<Section, T, T> read) {
    if (!has(key)) {
      return absent;
    }
    Section section = section(key);
    T value = read.apply(section, absent);
    section.requireNothingElse();
    return value;
  }

  /// The sections of a mapping of names.
  <T> Map<String, T> named(String key, BiFunction<String, Section, T> read) {
    Map<String, T> all = new LinkedHashMap<>();
    Section section = section(key);
    for (Object name : section.values.keySet()) {
      if (!(name instanceof String text) || !text.matches("[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")) {
        throw section.wrong(
            String.valueOf(name), "expected a name of letters, digits and . _ : / -");
      }
      Section one = section.section(text);
      all.put(text, read.apply(text, one));
      one.requireNothingElse();
    }
    return all;
  }

  <T> List<T> list(String key, Function<Section, T> read) {
    if (!(get(key) instanceof List<?> list)) {
      throw expected(key, "a list");
    }
    List<T> all = new ArrayList<>();
    for (Object each : list) {
      Section one = of(file, "%s[%d]".formatted(name(key), all.size()), each);
      all.add(read.apply(one));
      one.requireNothingElse();
    }
    return all;
  }

  List<String> strings(String key) {
    if (!has(key)) {
      return List.of();
    }
    if (!(get(key) instanceof List<?> list)
        || !list.stream().allMatch(each -> each instanceof String text && !text.isEmpty())) {
      throw expected(key, "a list of texts");
    }
    return list.stream().map(String::valueOf).toList();
  }

  String string(String key) {
    if (get(key) instanceof String value && !value.isEmpty()) {
      return value;
    }
    throw expected(key, "a text");
  }

  String string(String key, String absent) {
    return has(key) ? string(key) : absent;
  }

  <T> T choice(String key, Map<String, T> choices, T absent) {
    if (!has(key)) {
      return absent;
    }
    T chosen = get(key) instanceof String name ? choices.get(name) : null;
    if (chosen == null) {
      throw expected(key, "one of " + String.join(", ", new TreeSet<>(choices.keySet())));
    }
    return chosen;
  }

  int integer(String key, int least, int most, int absent) {
    if (!has(key)) {
      return absent;
    }
    if (get(key) instanceof Integer value && value >= least && value <= most) {
      return value;
    }
    throw expected(key, "an integer of %d to %d".formatted(least, most));
  }

  double real(String key, double least, double most, double absent) {
    if (!has(key)) {
      return absent;
    }
    if (get(key) instanceof Number number
        && number.doubleValue() >= least
        && number.doubleValue() <= most) {
      return number.doubleValue();
    }
    throw expected(key, "a number of %s to %s".formatted(least, most));
  }

  boolean flag(String key, boolean absent) {
    if (!has(key)) {
      return absent;
    }
    if (get(key) instanceof Boolean value) {
      return value;
    }
    throw expected(key, "true or false");
  }

  /// A time such as `400ms`, `20s`, `10m` or `1h`.
  Duration duration(String key, Duration absent) {
    if (!has(key)) {
      return absent;
    }
    Matcher matcher = DURATION.matcher(get(key) instanceof String text ? text : "");
    if (!matcher.matches()) {
      throw expected(key, "a time such as 400ms, 20s, 10m or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration time =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    if (time.isZero() || time.compareTo(Duration.ofDays(7)) > 0) {
      throw expected(key, "a time above zero of at most 168h");
    }
    return time;
  }

  /// All keys, and the days that they stand for: `2027-01-31`.
  Map<String, LocalDate> dates() {
    Map<String, LocalDate> all = new LinkedHashMap<>();
    for (Object key : values.keySet()) {
      String name = String.valueOf(key);
      try {
        all.put(name, LocalDate.parse(get(name) instanceof String text ? text : ""));
      } catch (DateTimeParseException wrong) {
        throw expected(name, "a day such as 2027-01-31");
      }
    }
    return all;
  }

  void requireNothingElse() {
    Set<String> unknown = new TreeSet<>();
    for (Object key : values.keySet()) {
      if (!(key instanceof String name) || !known.contains(name)) {
        unknown.add(String.valueOf(key));
      }
    }
    if (!unknown.isEmpty()) {
      throw new GatewayException(
          "%s: %s: not known here: %s; known are %s"
              .formatted(
                  file,
                  place.isEmpty() ? "the top level" : place,
                  describe(String.join(", ", unknown)),
                  String.join(", ", new TreeSet<>(known))));
    }
  }
}
