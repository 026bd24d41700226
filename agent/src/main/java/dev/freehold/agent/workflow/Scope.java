package dev.freehold.agent.workflow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What names stand for at a place in a workflow: the input, earlier steps, the items of lists that
/// are gone through.
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, JsonNode> values = new LinkedHashMap<>();

  Scope() {
    this(null);
  }

  private Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /// A scope that knows what this one does, and may be told more of its own.
  Scope inner() {
    return new Scope(this);
  }

  void put(String name, JsonNode value) {
    values.put(name, value);
  }

  private Optional<JsonNode> named(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      JsonNode value = scope.values.get(name);
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /// The value of a step that may not have been done.
  JsonNode value(String name) {
    return named(name).orElse(JsonNodeFactory.instance.missingNode());
  }

  /// @throws WorkflowException where there is no such value
  JsonNode find(Template.Place place) {
    JsonNode value =
        named(place.names().getFirst()).orElseThrow(() -> place.wrong("this step was not done"));
    for (int i = 1; i < place.names().size(); i++) {
      String name = place.names().get(i);
      JsonNode inside =
          value.isArray() && name.matches("\\d{1,6}")
              ? value.get(Integer.parseInt(name))
              : value.get(name);
      if (inside == null) {
        throw missing(place, i, value);
      }
      value = inside;
    }
    return value;
  }

  private static WorkflowException missing(Template.Place place, int at, JsonNode value) {
    String before = String.join(".", place.names().subList(0, at));
    String found =
        switch (value.getNodeType()) {
          case OBJECT ->
              value.isEmpty()
                  ? "there is nothing in it"
                  : "there are: " + Shown.text(String.join(", ", value.propertyNames()), 400);
          case ARRAY -> "it is a list of %d".formatted(value.size());
          case NULL -> "it is empty: the step was left out, or came to nothing";
          default -> "it is a " + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
        };
    return place.wrong(
        "there is no \"%s\" in %s; %s".formatted(place.names().get(at), before, found));
  }
}
