package dev.freehold.text.jinja;

/// A value that a template can call.
sealed interface Callable extends Value permits Macro, Builtin, Loop, Cycler, Joiner {
  Value call(Run run, Arguments arguments);
}
