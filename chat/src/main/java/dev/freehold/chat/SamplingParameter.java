package dev.freehold.chat;

import java.util.Locale;
import java.util.Optional;

/// A number that says how the next token is chosen, with its range.
public enum SamplingParameter {
  /// Divides the logits; 0 always takes the best token.
  TEMPERATURE(0, 100, false),
  /// Keeps this many of the best tokens; 0 keeps all.
  TOP_K(0, Integer.MAX_VALUE, true),
  /// Keeps the best tokens until their probabilities sum up to this; 1 keeps all.
  TOP_P(0, 1, false),
  /// Keeps tokens with at least this share of the best one's probability; 0 keeps all.
  MIN_P(0, 1, false),
  /// Keeps the tokens whose surprise is nearest to the expected one until their probabilities sum
  /// up to this; 1 keeps all.
  TYPICAL_P(0, 1, false),
  /// Divides positive logits of tokens that occurred, and multiplies negative ones; 1 does nothing.
  REPETITION_PENALTY(0.01, 100, false),
  /// How many of the last tokens, prompt included, the three penalties look at; -1 for all.
  REPETITION_WINDOW(-1, Integer.MAX_VALUE, true),
  /// Is taken off a logit as often as its token occurred; 0 does nothing.
  FREQUENCY_PENALTY(-100, 100, false),
  /// Is taken off the logit of every token that occurred; 0 does nothing.
  PRESENCE_PENALTY(-100, 100, false);

  private final double min;
  private final double max;
  private final boolean isInteger;

  SamplingParameter(double min, double max, boolean isInteger) {
    this.min = min;
    this.max = max;
    this.isInteger = isInteger;
  }

  /// The name in requests and configuration files: `top_p`.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The parameter with this [#key], where there is one.
  public static Optional<SamplingParameter> named(String key) {
    for (SamplingParameter parameter : values()) {
      if (parameter.key().equals(key)) {
        return Optional.of(parameter);
      }
    }
    return Optional.empty();
  }

  /// The value as it is, after a check.
  ///
  /// @throws ChatException where it is out of range
  public double checked(double value) {
    boolean fits = value >= min && value <= max && (!isInteger || value == Math.rint(value));
    if (!fits) {
      throw new ChatException(key(), "expected %s, found %s".formatted(range(), shown(value)));
    }
    return value;
  }

  /// The range in words.
  public String range() {
    String kind = isInteger ? "an integer" : "a number";
    return max == Integer.MAX_VALUE
        ? "%s of at least %s".formatted(kind, shown(min))
        : "%s from %s to %s".formatted(kind, shown(min), shown(max));
  }

  /// A value as people write it: `40`, `0.95`.
  public static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
