package dev.freehold.text.regex;

/// Tells whether a part of a pattern can match nothing.
final class Nullable {
  private Nullable() {}

  static boolean test(Node node) {
    return switch (node) {
      case Node.One one -> false;
      case Node.Sequence sequence -> sequence.parts().stream().allMatch(Nullable::test);
      case Node.Choice choice -> choice.parts().stream().anyMatch(Nullable::test);
      case Node.Repeat repeat -> repeat.min() == 0 || test(repeat.part());
      case Node.Atomic atomic -> test(atomic.part());
      case Node.LookAhead look -> true;
      case Node.LookBehind look -> true;
      case Node.At at -> true;
    };
  }
}
