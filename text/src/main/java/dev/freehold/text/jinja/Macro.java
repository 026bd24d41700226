package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Stmt.MacroCode;

/// A macro, or the body of a call block, with the variables around its definition.
record Macro(MacroCode code, Scope around, Executor executor) implements Callable {
  @Override
  public Value call(Run run, Arguments arguments) {
    return executor.callMacro(this, arguments);
  }

  @Override
  public String type() {
    return "macro " + code.name();
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
