package dev.freehold.text.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Variables of a block, before those of the blocks around it.
final class Scope {
  private final @Nullable Scope outer;
  private @Nullable Map<String, Value> variables;

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  @Nullable Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.variables == null ? null : scope.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  void set(String name, Value value) {
    if (variables == null) {
      variables = new HashMap<>();
    }
    variables.put(name, value);
  }
}
