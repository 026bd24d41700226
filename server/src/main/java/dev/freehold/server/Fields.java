package dev.freehold.server;

import dev.freehold.chat.ChatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// The fields of a JSON object from a client, each with the type that is expected of it.
///
/// A field that is missing or `null` is not said. Failures: a [ChatException] that names the field
/// with its path, what was expected and what was found.
public final class Fields {
  private static final int SHOWN = 60;

  private final JsonNode object;
  private final String path;

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /// @param path what leads to the object, as `messages[2]`; empty for the body itself
  public static Fields of(JsonNode object, String path) {
    if (!object.isObject()) {
      throw new ChatException(path, "expected an object, found " + shown(object));
    }
    return new Fields(object, path);
  }

  /// The object itself.
  public JsonNode object() {
    return object;
  }

  /// The path of a field, for messages.
  public String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /// A value as messages show it: short, and with its type.
  public static String shown(JsonNode value) {
    if (value.isMissingNode()) {
      return "nothing";
    }
    if (value.isContainer()) {
      return value.isArray() ? "an array" : "an object";
    }
    String text = value.toString();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }

  /// A field's value, where it is said.
  public Optional<JsonNode> value(String name) {
    JsonNode value = object.path(name);
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  public boolean has(String name) {
    return value(name).isPresent();
  }

  /// @throws ChatException where the field is not said
  public JsonNode required(String name) {
    return value(name).orElseThrow(() -> new ChatException(at(name), "is missing"));
  }

  public Optional<String> string(String name) {
    return value(name).map(value -> string(value, at(name)));
  }

  public String string(String name, String otherwise) {
    return string(name).orElse(otherwise);
  }

  public String requiredString(String name) {
    return string(required(name), at(name));
  }

  private static String string(JsonNode value, String path) {
    if (!value.isString()) {
      throw new ChatException(path, "expected a string, found " + shown(value));
    }
    return value.stringValue();
  }

  public boolean bool(String name, boolean otherwise) {
    return value(name)
        .map(value -> {
          if (!value.isBoolean()) {
            throw new ChatException(at(name), "expected true or false, found " + shown(value));
          }
          return value.booleanValue();
        })
        .orElse(otherwise);
  }

  /// A number of any size that a double holds.
  public Optional<Double> number(String name) {
    return value(name).map(value -> number(value, at(name)));
  }

  private static double number(JsonNode value, String path) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw new ChatException(path, "expected a number, found " + shown(value));
    }
    return value.doubleValue();
  }

  /// A whole number, `3` or `3.0`.
  public OptionalInt integer(String name, int min, int max) {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Math.toIntExact(whole(value.get(), at(name), min, max)));
  }

  public int integer(String name, int min, int max, int otherwise) {
    return integer(name, min, max).orElse(otherwise);
  }

  public OptionalLong longInteger(String name) {
    Optional<JsonNode> value = value(name);
    return value.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(whole(value.get(), at(name), Long.MIN_VALUE, Long.MAX_VALUE));
  }

  /// A whole number at `path`.
  public static long whole(JsonNode value, String path, long min, long max) {
    boolean isWhole =
        value.isNumber()
            && (value.canConvertToLong() && value.isIntegralNumber()
                || value.isFloatingPointNumber()
                    && value.doubleValue() == Math.rint(value.doubleValue())
                    && Math.abs(value.doubleValue()) < 0x1p53);
    long number =
        isWhole ? value.isIntegralNumber() ? value.longValue() : (long) value.doubleValue() : 0;
    if (!isWhole || number < min || number > max) {
      throw new ChatException(
          path, "expected %s, found %s".formatted(range(min, max), shown(value)));
    }
    return number;
  }

  private static String range(long min, long max) {
    if (max == Long.MAX_VALUE || max == Integer.MAX_VALUE) {
      return min == Long.MIN_VALUE
          ? "a whole number of 64 bits"
          : "a whole number of at least " + min;
    }
    return "a whole number from %d to %d".formatted(min, max);
  }

  /// The elements of an array; none where the field is not said.
  public List<JsonNode> array(String name, int max) {
    Optional<JsonNode> value = value(name);
    return value.isEmpty() ? List.of() : array(value.get(), at(name), max);
  }

  public static List<JsonNode> array(JsonNode value, String path, int max) {
    if (!value.isArray()) {
      throw new ChatException(path, "expected an array, found " + shown(value));
    }
    if (value.size() > max) {
      throw new ChatException(
          path, "expected at most %d elements, found %d".formatted(max, value.size()));
    }
    List<JsonNode> elements = new ArrayList<>(value.size());
    value.forEach(elements::add);
    return elements;
  }

  /// A string, or an array of strings; none where the field is not said.
  public List<String> strings(String name, int max) {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get().isString()) {
      return List.of(value.get().stringValue());
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode element : array(value.get(), at(name), max)) {
      strings.add(string(element, "%s[%d]".formatted(at(name), strings.size())));
    }
    return strings;
  }

  public Optional<Fields> object(String name) {
    return value(name).map(value -> of(value, at(name)));
  }

  /// The objects of an array; none where the field is not said.
  public List<Fields> objects(String name, int max) {
    List<Fields> objects = new ArrayList<>();
    for (JsonNode element : array(name, max)) {
      objects.add(of(element, "%s[%d]".formatted(at(name), objects.size())));
    }
    return objects;
  }

  /// One of some words.
  public Optional<String> oneOf(String name, List<String> words) {
    Optional<String> word = string(name);
    if (word.isPresent() && !words.contains(word.get())) {
      throw new ChatException(
          at(name), "expected one of %s, found %s".formatted(words, shown(required(name))));
    }
    return word;
  }
}
