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

  /// The number of variables of this scope and those around it.
  int size() {
    int size = 0;
    for (Scope scope = this; scope != null; scope = scope.outer) {
      size += scope.variables == null ? 1 : 1 + scope.variables.size();
    }
    return size;
  }

  void set(String name, Value value) {
    if (variables == null) {
      variables = new HashMap<>();
    }
    variables.put(name, value);
  }
}
