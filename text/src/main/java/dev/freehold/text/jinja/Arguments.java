package dev.freehold.text.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The evaluated arguments of a call: positional ones, then named ones in their order.
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  static Arguments of(Value... positional) {
    return new Arguments(List.of(positional), Map.of());
  }

  /// The arguments without the first `count` positional ones.
  Arguments dropFirst(int count) {
    return new Arguments(positional.subList(count, positional.size()), named);
  }

  /// The arguments with one more that has a name.
  Arguments with(String name, Value value) {
    Map<String, Value> more = new LinkedHashMap<>(named);
    more.put(name, value);
    return new Arguments(positional, more);
  }
}
