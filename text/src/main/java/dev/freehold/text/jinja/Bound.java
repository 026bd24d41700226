package dev.freehold.text.jinja;

import org.jspecify.annotations.Nullable;

/// Arguments in the order of a [Signature], read with their expected types.
final class Bound {
  private final Run run;
  private final Signature signature;
  private final @Nullable Value[] values;

  Bound(Run run, Signature signature, @Nullable Value[] values) {
    this.run = run;
    this.signature = signature;
    this.values = values;
  }

  /// Whether the argument is given and not none.
  boolean has(int index) {
    Value value = values[index];
    return value != null && value != Value.None.NONE;
  }

  Value value(int index) {
    Value value = values[index];
    if (value == null) {
      throw run.error(
          "%s needs the argument '%s'"
              .formatted(signature.function(), signature.names().get(index)));
    }
    return value;
  }

  Value value(int index, Value otherwise) {
    Value value = values[index];
    return value == null ? otherwise : value;
  }

  Text text(int index) {
    if (value(index) instanceof Text text) {
      return text;
    }
    throw mismatch(index, "a string");
  }

  Text text(int index, Text otherwise) {
    return has(index) ? text(index) : otherwise;
  }

  boolean truth(int index, boolean otherwise) {
    Value value = values[index];
    return value == null ? otherwise : Operators.truth(run, value);
  }

  /// An integer, cut to the range of int.
  int integer(int index) {
    return Operators.asInteger(value(index))
        .map(Arithmetic::clamp)
        .orElseThrow(() -> mismatch(index, "an integer"));
  }

  int integer(int index, int otherwise) {
    return has(index) ? integer(index) : otherwise;
  }

  private RuntimeException mismatch(int index, String expected) {
    return run.error(
        "%s: expected %s for '%s', found %s"
            .formatted(
                signature.function(),
                expected,
                signature.names().get(index),
                Operators.describe(value(index))));
  }
}
