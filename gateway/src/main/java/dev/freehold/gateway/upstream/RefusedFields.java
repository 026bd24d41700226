package dev.freehold.gateway.upstream;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Fields that models of a server refuse though its form has them, found out by asking: some models
/// take no temperature, others think in one way only. A request that is refused for such a field is
/// sent again without it, and later ones go without it at once.
final class RefusedFields {
  private static final int MAX_MODELS = 1000;
  private static final Pattern REFUSAL =
      Pattern.compile(
          "not support|unsupported|unrecognized|unknown|deprecated|not permitted|not allowed"
              + "|not available|no longer|extra inputs|cannot both");

  private final Map<String, Set<String>> byModel = new ConcurrentHashMap<>();

  /// What a model was found to refuse.
  Set<String> of(String model) {
    return byModel.getOrDefault(model, Set.of());
  }

  /// Takes note of what a model refuses.
  ///
  /// @return whether that was new, so that it is worth to ask again
  boolean add(String model, Set<String> fields) {
    Set<String> known = of(model);
    if (known.containsAll(fields) || known.isEmpty() && byModel.size() >= MAX_MODELS) {
      return false;
    }
    byModel.merge(
        model,
        Set.copyOf(fields),
        (one, other) -> {
          Set<String> both = new HashSet<>(one);
          both.addAll(other);
          return Set.copyOf(both);
        });
    return true;
  }

  /// The message of an error in lower case, where it refuses something that was said; else empty.
  static String refusal(JsonNode error) {
    String message =
        Errors.shown(error.at("/error/message").stringValue("")).toLowerCase(Locale.ROOT);
    boolean isRefused =
        REFUSAL.matcher(message).find()
            || error.at("/error/code").stringValue("").startsWith("unsupported_");
    return isRefused ? message : "";
  }

  /// Those of the fields that a body has and a refusal names.
  static Set<String> named(JsonNode body, String refusal, Set<String> fields) {
    return fields.stream()
        .filter(body::has)
        .filter(field -> refusal.matches(".*\\b%s\\b.*".formatted(Pattern.quote(field))))
        .collect(Collectors.toSet());
  }
}
