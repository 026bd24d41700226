package dev.freehold.text.jinja;

import java.util.List;

/// The global `cycler`: hands out its values in turn.
final class Cycler implements Callable {
  private final List<Value> values;
  private int position;

  Cycler(Run run, List<Value> values) {
    if (values.isEmpty()) {
      throw run.error("cycler needs at least one value");
    }
    run.allocate((long) Run.ELEMENT * (values.size() + 4));
    this.values = values;
  }

  Value current() {
    return values.get(position);
  }

  Value next() {
    Value value = current();
    position = (position + 1) % values.size();
    return value;
  }

  void reset() {
    position = 0;
  }

  @Override
  public Value call(Run run, Arguments arguments) {
    throw run.error("a cycler cannot be called: use its next()");
  }

  @Override
  public String type() {
    return "cycler";
  }
}
