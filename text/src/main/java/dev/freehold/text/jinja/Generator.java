package dev.freehold.text.jinja;

import java.util.Iterator;

/// What lazy filters such as `map` and `select` return: can be looped over once, and is computed on
/// the way.
final class Generator implements Value {
  private final String filter;
  private final Iterator<Value> values;

  Generator(String filter, Iterator<Value> values) {
    this.filter = filter;
    this.values = values;
  }

  Iterator<Value> values() {
    return values;
  }

  @Override
  public String type() {
    return "result of the filter " + filter + " (add |list to use it as a list)";
  }
}
