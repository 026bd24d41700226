package dev.freehold.engine.receipt;

import dev.freehold.engine.EngineException;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;

/// The members of a JSON object in a receipt: each must have its type, and none may be unknown.
///
/// Failures: an [EngineException] with the member's path, what was expected and what was found.
final class Members {
  private static final int SHOWN = 60;

  private final JsonNode object;
  private final String path;
  private final Set<String> read = new HashSet<>();

  Members(JsonNode object, String path) {
    if (!object.isObject()) {
      throw wrong(path.isEmpty() ? "the receipt" : path, "an object", object);
    }
    this.object = object;
    this.path = path;
  }

  /// An error at a member.
  EngineException failure(String name, String message) {
    return new EngineException("receipt: %s: %s".formatted(at(name), message));
  }

  String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static EngineException wrong(String path, String expected, JsonNode found) {
    return new EngineException(
        "receipt: %s: expected %s, found %s".formatted(path, expected, shown(found)));
  }

  private static String shown(JsonNode value) {
    if (value.isMissingNode()) {
      return "nothing";
    }
    if (value.isContainer()) {
      return value.isArray() ? "an array" : "an object";
    }
    String text = value.toString();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }

  private JsonNode value(String name) {
    read.add(name);
    return object.path(name);
  }

  boolean has(String name) {
    return object.has(name);
  }

  String string(String name) {
    return string(value(name), at(name));
  }

  private static String string(JsonNode value, String path) {
    if (!value.isString()) {
      throw wrong(path, "a string", value);
    }
    return value.stringValue();
  }

  Optional<String> optionalString(String name) {
    return has(name) ? Optional.of(string(name)) : Optional.empty();
  }

  boolean bool(String name) {
    JsonNode value = value(name);
    if (!value.isBoolean()) {
      throw wrong(at(name), "true or false", value);
    }
    return value.booleanValue();
  }

  long whole(String name, long most) {
    return whole(value(name), at(name), most);
  }

  int integer(String name) {
    return (int) whole(name, Integer.MAX_VALUE);
  }

  private static long whole(JsonNode value, String path, long most) {
    boolean fits =
        value.isIntegralNumber()
            && value.canConvertToLong()
            && value.longValue() >= 0
            && value.longValue() <= most;
    if (!fits) {
      throw wrong(path, "a whole number from 0 to " + most, value);
    }
    return value.longValue();
  }

  double number(String name) {
    JsonNode value = value(name);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(at(name), "a number", value);
    }
    return value.doubleValue();
  }

  private JsonNode array(String name) {
    JsonNode value = value(name);
    if (!value.isArray()) {
      throw wrong(at(name), "an array", value);
    }
    return value;
  }

  private <T> List<T> each(String name, BiFunction<JsonNode, String, T> reader) {
    JsonNode array = array(name);
    List<T> all = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      all.add(reader.apply(element, "%s[%d]".formatted(at(name), all.size())));
    }
    return all;
  }

  List<String> strings(String name) {
    return each(name, Members::string);
  }

  List<Members> objects(String name) {
    return each(name, Members::new);
  }

  /// Token ids.
  List<Integer> ids(String name) {
    JsonNode array = array(name);
    List<Integer> ids = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      JsonNode id = array.get(i);
      if (!id.isInt() || id.intValue() < 0) {
        throw wrong("%s[%d]".formatted(at(name), i), "a token id, 0 or more", id);
      }
      ids.add(id.intValue());
    }
    return ids;
  }

  Members object(String name) {
    return new Members(value(name), at(name));
  }

  /// The names of all members, for objects whose members have no fixed names.
  List<String> names() {
    return List.copyOf(object.propertyNames());
  }

  /// JSON in a string.
  JsonNode embedded(String name) {
    byte[] bytes = string(name).getBytes(StandardCharsets.UTF_8);
    try {
      return StrictJson.parse(bytes, "receipt: " + at(name));
    } catch (TensorException e) {
      throw new EngineException(String.valueOf(e.getMessage()), e);
    }
  }

  /// @throws EngineException where there is a member that was not read
  void end() {
    for (String name : object.propertyNames()) {
      if (!read.contains(name)) {
        String told = name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name;
        throw new EngineException(
            "receipt: %s is no member of version %d".formatted(at(told), Receipt.VERSION));
      }
    }
  }
}
