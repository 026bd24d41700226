package dev.freehold.text.regex;

/// The code points that a match of a part can start with.
final class FirstSet {
  private FirstSet() {}

  /// Whether nothing can be said: the part may match nothing, or starts with a condition.
  static boolean mayBeEmpty(Node node) {
    return Nullable.test(node);
  }

  /// The set, which is meaningful where [#mayBeEmpty] is false.
  static CharSet of(Node node) {
    return switch (node) {
      case Node.One one -> one.set();
      case Node.Sequence sequence -> {
        CharSet set = CharSet.EMPTY;
        for (Node part : sequence.parts()) {
          set = set.or(of(part));
          if (!Nullable.test(part)) {
            break;
          }
        }
        yield set;
      }
      case Node.Choice choice ->
          choice.parts().stream().map(FirstSet::of).reduce(CharSet.EMPTY, CharSet::or);
      case Node.Repeat repeat -> of(repeat.part());
      case Node.Atomic atomic -> of(atomic.part());
      case Node.LookAhead look -> CharSet.EMPTY;
      case Node.LookBehind look -> CharSet.EMPTY;
      case Node.At at -> CharSet.EMPTY;
    };
  }
}
