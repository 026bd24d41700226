package dev.freehold.text.jinja;

/// A function of the interpreter, or a method bound to its object.
record Builtin(String name, Body body) implements Callable {
  /// What the function does.
  @FunctionalInterface
  interface Body {
    Value call(Run run, Arguments arguments);
  }

  @Override
  public Value call(Run run, Arguments arguments) {
    return body.call(run, arguments);
  }

  @Override
  public String type() {
    return "function " + name;
  }
}
