package dev.freehold.tensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Typed keys and values of a model file, in the order of the file.
///
/// Values are held as: `Long` for every integer type (u64 values above 2^63-1 are refused),
/// `Double` for floats, `Boolean`, `String`, `List<String>` for arrays of strings, `long[]` for
/// arrays of integers and booleans, `double[]` for arrays of floats. The getters without a default
/// throw a [TensorException] that names the key, what was expected and what was found.
public final class Metadata {
  private final Map<String, Object> values;

  public Metadata(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public Map<String, Object> asMap() {
    return values;
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  public String string(String key) {
    return require(key, String.class, "a string");
  }

  public String string(String key, String otherwise) {
    return has(key) ? string(key) : otherwise;
  }

  public Optional<String> optionalString(String key) {
    return has(key) ? Optional.of(string(key)) : Optional.empty();
  }

  public long integer(String key) {
    return require(key, Long.class, "an integer");
  }

  public long integer(String key, long otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  /// An integer that must lie in `[min, max]`, as sizes and counts do.
  public int integer(String key, int min, int max) {
    long value = integer(key);
    if (value < min || value > max) {
      throw new TensorException(
          "%s: expected a value from %d to %d, found %d".formatted(key, min, max, value));
    }
    return (int) value;
  }

  /// A float, or an integer taken as one.
  public double real(String key) {
    Object value = values.get(key);
    return value instanceof Long integer
        ? (double) integer
        : require(key, Double.class, "a number");
  }

  public double real(String key, double otherwise) {
    return has(key) ? real(key) : otherwise;
  }

  public boolean bool(String key) {
    return require(key, Boolean.class, "a boolean");
  }

  public boolean bool(String key, boolean otherwise) {
    return has(key) ? bool(key) : otherwise;
  }

  public List<String> strings(String key) {
    Object value = require(key, Object.class, "an array of strings");
    if (!(value instanceof List<?> list)) {
      throw mismatch(key, "an array of strings", value);
    }
    @SuppressWarnings("unchecked") // the reader puts nothing but List<String> here
    List<String> strings = (List<String>) list;
    return strings;
  }

  public long[] integers(String key) {
    return require(key, long[].class, "an array of integers");
  }

  public double[] reals(String key) {
    return require(key, double[].class, "an array of floats");
  }

  private <T> T require(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw mismatch(key, expected, value);
    }
    return type.cast(value);
  }

  private static TensorException mismatch(String key, String expected, @Nullable Object value) {
    String found = value == null ? "nothing" : describe(value);
    return new TensorException(
        "metadata %s: expected %s, found %s".formatted(key, expected, found));
  }

  private static String describe(Object value) {
    return switch (value) {
      case String s -> "the string \"" + (s.length() > 40 ? s.substring(0, 40) + "…" : s) + "\"";
      case Long n -> "the integer " + n;
      case Double x -> "the float " + x;
      case Boolean b -> "the boolean " + b;
      case List<?> list -> "an array of " + list.size() + " strings";
      case long[] array -> "an array of " + array.length + " integers";
      case double[] array -> "an array of " + array.length + " floats";
      default -> value.getClass().getSimpleName();
    };
  }
}
