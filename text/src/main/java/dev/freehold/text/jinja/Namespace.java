package dev.freehold.text.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The one value whose fields a template can set, which is how it carries results out of loops.
final class Namespace implements Value {
  private final Map<String, Value> fields = new HashMap<>();

  @Nullable Value get(String name) {
    return fields.get(name);
  }

  void set(Run run, String name, Value value) {
    if (fields.put(name, value) == null) {
      run.allocate(4L * Run.ELEMENT);
    }
  }

  @Override
  public String type() {
    return "namespace";
  }
}
