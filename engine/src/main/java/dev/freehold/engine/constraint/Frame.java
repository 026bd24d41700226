package dev.freehold.engine.constraint;

/// What is still to be written of one part of a text.
sealed interface Frame {
  /// Where in an object or array.
  enum Phase {
    /// After the opening bracket.
    OPENED,
    /// After a value.
    GOING_ON,
    /// Where a member or item has to come.
    MEMBER
  }

  /// A text of a leaf.
  record Text(Leaf leaf) implements Frame {}

  /// A value.
  ///
  /// @param depth levels of nesting that it may have
  record Value(Shape shape, int depth) implements Frame {}

  /// The rest of an object.
  ///
  /// @param index of the next named property
  /// @param named properties so far
  /// @param extras other properties so far, counted as far as it matters
  record Rest(Shape.Members shape, Phase phase, int index, int named, int extras, int depth)
      implements Frame {
    Rest in(Phase newPhase) {
      return new Rest(shape, newPhase, index, named, extras, depth);
    }
  }

  /// The rest of an array.
  ///
  /// @param count items so far, counted as far as it matters
  /// @param used which of the values that may come once have come
  record Tail(Shape.Items shape, Phase phase, int count, long used, int depth) implements Frame {
    Tail in(Phase newPhase) {
      return new Tail(shape, newPhase, count, used, depth);
    }
  }
}
