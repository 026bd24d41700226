package dev.freehold.agent.workflow;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A step as the file says it.
///
/// @param id names it, and its value in templates
/// @param kind the word that the file says it by
record StepSpec(
    String id, String kind, int line, Optional<Condition> when, Retry retry, Work work) {
  /// When a step is done; else it is left out, and its value is null.
  record Condition(Template value, Test test) {
    boolean holds(Scope scope) {
      JsonNode found = value.fill(scope);
      return switch (test) {
        case Test.Is is -> is.values().contains(text(found));
        case Test.IsNot isNot -> !isNot.values().contains(text(found));
        case Test.AtLeast atLeast -> found.isNumber() && found.doubleValue() >= atLeast.least();
      };
    }

    private static String text(JsonNode value) {
      return value.isNull() ? "" : value.isString() ? value.stringValue() : value.toString();
    }
  }

  /// What a value is compared with, as text.
  sealed interface Test {
    record Is(List<String> values) implements Test {}

    record IsNot(List<String> values) implements Test {}

    record AtLeast(double least) implements Test {}
  }

  /// How often a step is tried.
  ///
  /// @param delay before the second time
  /// @param factor by which the delay grows from time to time
  record Retry(int times, Duration delay, double factor) {
    static final Retry NONE = new Retry(1, Duration.ofSeconds(1), 1);

    private static final Duration LONGEST = Duration.ofDays(7);

    /// How long to wait after so many tries that failed.
    Duration after(int tries) {
      double millis = delay.toMillis() * Math.pow(factor, tries - 1);
      return millis > LONGEST.toMillis() ? LONGEST : Duration.ofMillis((long) millis);
    }
  }
}
