package dev.freehold.text.jinja;

import java.util.Iterator;

/// What lazy filters such as `map` and `select` return: can be looped over once, and is computed on
/// the way.
final class Generator implements Value {
  private final String filter;
  private final Iterator<Value> values;
  private final int nesting;

  /// @param subject what the filter draws its values from
  Generator(Run run, String filter, Value subject, Iterator<Value> values) {
    run.allocate(8L * Run.ELEMENT);
    this.filter = filter;
    this.values = values;
    this.nesting = run.checkNesting(subject.nesting() + 1);
  }

  Iterator<Value> values() {
    return values;
  }

  @Override
  public String type() {
    return "result of the filter " + filter + " (add |list to use it as a list)";
  }

  @Override
  public int nesting() {
    return nesting;
  }
}
