package dev.freehold.train.recipe;

import dev.freehold.train.TrainException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A mapping of a recipe, or of another file that people write, that is read key by key; keys that
/// nobody asked for are errors.
final class Section {
  private final String kind;
  private final String place;
  private final Map<?, ?> values;
  private final Set<String> known = new LinkedHashSet<>();

  private Section(String kind, String place, Map<?, ?> values) {
    this.kind = kind;
    this.place = place;
    this.values = values;
  }

  /// @param kind what the file is, for errors
  static Section of(String kind, String place, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TrainException(
          "%s: %s: expected a mapping, found %s"
              .formatted(kind, place.isEmpty() ? "the top level" : place, describe(value)));
    }
    return new Section(kind, place, map);
  }

  private static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case Map<?, ?> map -> "a mapping";
      case List<?> list -> "a list";
      case Object other -> "\"" + other + "\"";
    };
  }

  private String name(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  boolean has(String key) {
    known.add(key);
    return values.containsKey(key);
  }

  private @Nullable Object get(String key) {
    known.add(key);
    return values.get(key);
  }

  private TrainException wrong(String key, String expected) {
    return new TrainException(
        "%s: %s: expected %s, found %s".formatted(kind, name(key), expected, describe(get(key))));
  }

  Section section(String key) {
    return of(kind, name(key), get(key));
  }

  /// The mappings of a list.
  List<Section> sections(String key) {
    if (!(get(key) instanceof List<?> list) || list.isEmpty()) {
      throw wrong(key, "a list that is not empty");
    }
    List<Section> sections = new ArrayList<>();
    for (Object each : list) {
      sections.add(of(kind, "%s[%d]".formatted(name(key), sections.size()), each));
    }
    return sections;
  }

  /// A SHA-256 in hexadecimal digits.
  String sha256(String key) {
    if (get(key) instanceof String value && value.matches("[0-9a-f]{64}")) {
      return value;
    }
    throw wrong(key, "a SHA-256 of 64 lowercase digits");
  }

  /// An error about a key, for checks that only the reader can make.
  TrainException failure(String key, String what) {
    return new TrainException("%s: %s: %s".formatted(kind, name(key), what));
  }

  String string(String key) {
    if (get(key) instanceof String value && !value.isEmpty()) {
      return value;
    }
    throw wrong(key, "a text");
  }

  long integer(String key, long least, long most) {
    long value =
        switch (get(key)) {
          case Integer number -> number;
          case Long number -> number;
          case null, default -> throw wrong(key, "an integer");
        };
    if (value < least || value > most) {
      throw wrong(key, "an integer of %d to %d".formatted(least, most));
    }
    return value;
  }

  long integer(String key, long least, long most, long absent) {
    return has(key) ? integer(key, least, most) : absent;
  }

  double real(String key, double least, double most) {
    if (get(key) instanceof Number number) {
      double value = number.doubleValue();
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw wrong(key, "a number of %s to %s".formatted(least, most));
  }

  double real(String key, double least, double most, double absent) {
    return has(key) ? real(key, least, most) : absent;
  }

  boolean flag(String key, boolean absent) {
    return has(key) ? flag(key) : absent;
  }

  boolean flag(String key) {
    if (get(key) instanceof Boolean value) {
      return value;
    }
    throw wrong(key, "true or false");
  }

  /// @throws TrainException that names the keys that were never asked for
  void requireNothingElse() {
    Set<String> unknown = new TreeSet<>();
    for (Object key : values.keySet()) {
      if (!(key instanceof String name) || !known.contains(name)) {
        unknown.add(String.valueOf(key));
      }
    }
    if (!unknown.isEmpty()) {
      throw new TrainException(
          "%s: %s: unknown %s; known are %s"
              .formatted(
                  kind,
                  place.isEmpty() ? "the top level" : place,
                  String.join(", ", unknown),
                  String.join(", ", known)));
    }
  }
}
