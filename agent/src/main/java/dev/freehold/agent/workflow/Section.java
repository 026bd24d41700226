package dev.freehold.agent.workflow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A mapping of a workflow's file, read key by key; keys that nobody asked for are errors, and
/// errors name the line.
final class Section {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(366);

  private final String file;
  private final Yaml.Mapping mapping;
  private final Set<String> known = new HashSet<>();

  private Section(String file, Yaml.Mapping mapping) {
    this.file = file;
    this.mapping = mapping;
  }

  static Section of(String file, Yaml value, String what) {
    if (value instanceof Yaml.Mapping mapping) {
      return new Section(file, mapping);
    }
    throw new WorkflowException(
        "%s, line %d: %s: expected a mapping, found %s"
            .formatted(file, value.line(), what, value.described()));
  }

  String file() {
    return file;
  }

  int line() {
    return mapping.line();
  }

  /// All of it as JSON; every key counts as known.
  JsonNode json() {
    known.addAll(mapping.entries().keySet());
    return mapping.json();
  }

  Set<String> keys() {
    return mapping.entries().keySet();
  }

  boolean has(String key) {
    known.add(key);
    return mapping.entries().containsKey(key);
  }

  private @Nullable Yaml get(String key) {
    known.add(key);
    return mapping.entries().get(key);
  }

  /// The value of a key that must be there.
  Yaml value(String key) {
    Yaml value = get(key);
    if (value == null) {
      throw wrong("\"%s\" is missing".formatted(key));
    }
    return value;
  }

  /// An error about the mapping.
  WorkflowException wrong(String what) {
    return new WorkflowException("%s, line %d: %s".formatted(file, line(), what));
  }

  /// An error about a key.
  WorkflowException wrong(String key, String what) {
    int line = mapping.lines().getOrDefault(key, line());
    return new WorkflowException("%s, line %d: %s: %s".formatted(file, line, key, what));
  }

  private WorkflowException expected(String key, String what) {
    Yaml value = get(key);
    return wrong(
        key,
        "expected %s, found %s".formatted(what, value == null ? "nothing" : value.described()));
  }

  Section section(String key) {
    return of(file, value(key), key);
  }

  /// The mappings of a list that is not empty.
  List<Section> sections(String key) {
    if (!(value(key) instanceof Yaml.Sequence list) || list.items().isEmpty()) {
      throw expected(key, "a list that is not empty");
    }
    return list.items().stream().map(item -> of(file, item, key)).toList();
  }

  /// The sections of a mapping of names, none where it is not there.
  Map<String, Yaml> named(String key) {
    Map<String, Yaml> all = new LinkedHashMap<>();
    if (has(key)) {
      Section section = section(key);
      for (Map.Entry<String, Yaml> entry : section.mapping.entries().entrySet()) {
        section.requireName(entry.getKey(), entry.getKey());
        all.put(entry.getKey(), entry.getValue());
      }
    }
    return all;
  }

  String string(String key) {
    if (value(key) instanceof Yaml.Scalar scalar
        && scalar.value().isString()
        && !scalar.value().stringValue().isBlank()) {
      return scalar.value().stringValue();
    }
    throw expected(key, "a text");
  }

  String string(String key, String absent) {
    return has(key) ? string(key) : absent;
  }

  /// A name: letters, digits, `_` and `-`, and a letter first.
  String name(String key) {
    return requireName(key, string(key));
  }

  private String requireName(String key, String name) {
    if (!Template.NAME.matcher(name).matches()) {
      throw wrong(
          key,
          "expected a name of 1 to 32 letters, digits, - and _, with a letter first, found \"%s\""
              .formatted(Shown.text(name)));
    }
    return name;
  }

  List<String> strings(String key) {
    if (!has(key)) {
      return List.of();
    }
    List<String> all = new ArrayList<>();
    if (value(key) instanceof Yaml.Sequence list) {
      for (Yaml item : list.items()) {
        if (item instanceof Yaml.Scalar scalar && scalar.value().isString()) {
          all.add(scalar.value().stringValue());
        }
      }
      if (all.size() == list.items().size()) {
        return all;
      }
    }
    throw expected(key, "a list of texts");
  }

  int integer(String key, int least, int most, int absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = value(key).json();
    if (value.isIntegralNumber() && value.canConvertToInt()) {
      int number = value.asInt(0);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw expected(key, "an integer of %d to %d".formatted(least, most));
  }

  double real(String key, double least, double most, double absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = value(key).json();
    if (value.isNumber() && value.doubleValue() >= least && value.doubleValue() <= most) {
      return value.doubleValue();
    }
    throw expected(key, "a number of %s to %s".formatted(least, most));
  }

  boolean flag(String key, boolean absent) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = value(key).json();
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    throw expected(key, "true or false");
  }

  /// A time such as `400ms`, `20s`, `10m`, `2h` or `3d`.
  Duration duration(String key) {
    Matcher matcher = DURATION.matcher(value(key).json().asString(""));
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      if (time.isPositive() && time.compareTo(LONGEST) <= 0) {
        return time;
      }
    }
    throw expected(key, "a time such as 400ms, 20s, 10m, 2h or 3d, at most 366d");
  }

  Duration duration(String key, Duration absent) {
    return has(key) ? duration(key) : absent;
  }

  /// @throws WorkflowException that names the first key that was never asked for, and its line
  void requireNothingElse() {
    for (String key : mapping.entries().keySet()) {
      if (!known.contains(key)) {
        throw new WorkflowException(
            "%s, line %d: \"%s\" is not known here; known are %s"
                .formatted(
                    file,
                    mapping.lines().getOrDefault(key, line()),
                    Shown.text(key),
                    String.join(", ", new TreeSet<>(known))));
      }
    }
  }
}
