package dev.freehold.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The fields of one object of a JSON file, with their path for messages.
record Fields(String source, String path, Map<String, Object> values) {
  static Fields of(String source, String path, @Nullable Object value) {
    if (value == null) {
      return new Fields(source, path, Map.of());
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new TextException("%s: %s: expected an object".formatted(source, path));
    }
    @SuppressWarnings("unchecked") // the reader makes maps by string only
    Map<String, Object> values = (Map<String, Object>) map;
    return new Fields(source, path, values);
  }

  TextException error(String name, String what) {
    String field = name.isEmpty() ? path : path.isEmpty() ? name : path + "." + name;
    return new TextException("%s: %s: %s".formatted(source, field, what));
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  private <T> Optional<T> get(String name, Class<T> type, String expected) {
    Object value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw error(name, "expected " + expected);
    }
    return Optional.of(type.cast(value));
  }

  Optional<String> string(String name) {
    return get(name, String.class, "a string");
  }

  String string(String name, String otherwise) {
    return string(name).orElse(otherwise);
  }

  String requiredString(String name) {
    return string(name).orElseThrow(() -> error(name, "missing, expected a string"));
  }

  boolean bool(String name, boolean otherwise) {
    return get(name, Boolean.class, "true or false").orElse(otherwise);
  }

  Optional<Boolean> bool(String name) {
    return get(name, Boolean.class, "true or false");
  }

  /// A whole number from 0 up, or the default.
  int whole(String name, int otherwise) {
    Optional<Double> number = get(name, Double.class, "a whole number");
    return number.isEmpty() ? otherwise : whole(name, number.get());
  }

  int requiredWhole(String name) {
    return whole(
        name,
        get(name, Double.class, "a whole number")
            .orElseThrow(() -> error(name, "missing, expected a whole number")));
  }

  private int whole(String name, double value) {
    if (value < 0 || value > Integer.MAX_VALUE || value != Math.floor(value)) {
      throw error(name, "expected a whole number from 0 to %d".formatted(Integer.MAX_VALUE));
    }
    return (int) value;
  }

  /// A string of one character.
  int character(String name) {
    String text = requiredString(name);
    if (text.codePointCount(0, text.length()) != 1) {
      throw error(name, "expected one character");
    }
    return text.codePointAt(0);
  }

  Fields object(String name) {
    return of(source, path.isEmpty() ? name : path + "." + name, values.get(name));
  }

  List<Object> list(String name) {
    Object value = values.get(name);
    if (!(value instanceof List<?> list)) {
      throw error(name, "expected an array");
    }
    return List.copyOf(list);
  }

  List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    for (Object value : list(name)) {
      objects.add(of(source, path + "." + name + "[" + objects.size() + "]", value));
    }
    return objects;
  }
}
