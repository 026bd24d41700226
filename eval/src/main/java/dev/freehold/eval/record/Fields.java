package dev.freehold.eval.record;

import dev.freehold.eval.EvalException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The fields of a JSON object from a file, each with the type that is expected of it.
///
/// A field that is missing or `null` is not said. Failures: an [EvalException] that names file,
/// line and field, what was expected and what was found.
public final class Fields {
  private static final int SHOWN = 60;

  private final JsonNode object;
  private final String at;
  private final String path;
  private final Set<String> known = new HashSet<>();

  private Fields(JsonNode object, String at, String path) {
    this.object = object;
    this.at = at;
    this.path = path;
    if (!object.isObject()) {
      throw new EvalException(
          "%s: %s: expected an object, found %s".formatted(at, path, shown(object)));
    }
  }

  /// @param at file and line
  public static Fields of(JsonNode object, String at) {
    return new Fields(object, at, "");
  }

  public JsonNode object() {
    return object;
  }

  /// An error about a field.
  public EvalException wrong(String name, String message) {
    return new EvalException("%s: %s: %s".formatted(at, path + name, message));
  }

  private EvalException expected(String name, String what, JsonNode found) {
    return wrong(name, "expected %s, found %s".formatted(what, shown(found)));
  }

  private static String shown(JsonNode value) {
    if (value.isContainer()) {
      return value.isArray() ? "an array" : "an object";
    }
    String text = value.toString();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }

  public Optional<JsonNode> value(String name) {
    known.add(name);
    JsonNode value = object.path(name);
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  public boolean has(String name) {
    return value(name).isPresent();
  }

  public JsonNode required(String name) {
    return value(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  public Optional<String> string(String name) {
    return value(name).map(value -> string(value, name));
  }

  private String string(JsonNode value, String name) {
    if (!value.isString()) {
      throw expected(name, "a string", value);
    }
    return value.stringValue();
  }

  public String requiredString(String name) {
    return string(required(name), name);
  }

  /// A string that is not empty and of at most `most` characters.
  public String name(String name, int most) {
    String text = requiredString(name);
    if (text.isBlank() || text.length() > most) {
      throw expected(name, "1 to %d characters".formatted(most), object.path(name));
    }
    return text;
  }

  public boolean bool(String name, boolean otherwise) {
    Optional<JsonNode> value = value(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw expected(name, "true or false", value.get());
    }
    return value.map(JsonNode::booleanValue).orElse(otherwise);
  }

  /// A whole number.
  public Optional<Long> whole(String name, long min, long max) {
    return value(name)
        .map(value -> {
          if (!value.isIntegralNumber()
              || !value.canConvertToLong()
              || value.longValue() < min
              || value.longValue() > max) {
            throw expected(name, "a whole number from %,d to %,d".formatted(min, max), value);
          }
          return value.longValue();
        });
  }

  /// A number that a double holds.
  public Optional<Double> number(String name) {
    return value(name)
        .map(value -> {
          if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw expected(name, "a number", value);
          }
          return value.doubleValue();
        });
  }

  /// A number of at least 0.
  public Optional<Double> positive(String name) {
    Optional<Double> number = number(name);
    if (number.isPresent() && number.get() < 0) {
      throw wrong(name, "expected 0 or more, found " + number.get());
    }
    return number;
  }

  /// A number with the decimals as they are written.
  public Optional<BigDecimal> decimal(String name) {
    return number(name)
        .map(number ->
            object.path(name).isIntegralNumber()
                ? new BigDecimal(object.path(name).bigIntegerValue())
                : BigDecimal.valueOf(number));
  }

  /// A list of strings; a string alone is a list of one.
  public List<String> strings(String name, int most) {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get().isString()) {
      return List.of(value.get().stringValue());
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode element : array(name, value.get(), most)) {
      strings.add(string(element, "%s[%d]".formatted(name, strings.size())));
    }
    return strings;
  }

  private JsonNode array(String name, JsonNode value, int most) {
    if (!value.isArray()) {
      throw expected(name, "an array", value);
    }
    if (value.size() > most) {
      throw wrong(name, "expected at most %,d elements, found %,d".formatted(most, value.size()));
    }
    return value;
  }

  /// An array of objects; empty where it is not said.
  public List<Fields> objects(String name, int most) {
    List<Fields> objects = new ArrayList<>();
    Optional<JsonNode> value = value(name);
    if (value.isPresent()) {
      for (JsonNode element : array(name, value.get(), most)) {
        String at = "%s%s[%d].".formatted(path, name, objects.size());
        objects.add(new Fields(element, this.at, at));
      }
    }
    return objects;
  }

  public Optional<Fields> object(String name) {
    return value(name).map(value -> new Fields(value, at, path + name + "."));
  }

  public Fields requiredObject(String name) {
    return new Fields(required(name), at, path + name + ".");
  }

  /// One of the names of an enum's constants, in small letters.
  public <E extends Enum<E>> Optional<E> oneOf(String name, Class<E> type) {
    return string(name).map(text -> constant(name, text, type));
  }

  /// The constant that a text names.
  public <E extends Enum<E>> E constant(String name, String text, Class<E> type) {
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String key = constant.name().toLowerCase(java.util.Locale.ROOT);
      if (key.equals(text)) {
        return constant;
      }
      names.add(key);
    }
    throw wrong(name, "expected one of %s, found \"%s\"".formatted(String.join(", ", names), text));
  }

  /// Refuses fields that nobody asked for: a misspelt one would do nothing.
  public void nothingElse() {
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        throw wrong(
            name,
            "is not known here; known are %s"
                .formatted(String.join(", ", known.stream().sorted().toList())));
      }
    }
  }
}
