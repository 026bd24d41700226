package dev.freehold.engine.constraint;

import dev.freehold.engine.constraint.Frame.Phase;
import dev.freehold.text.unicode.IntList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// The strands that a text may go on with, in the order in which they are found.
///
/// Where there are [#ENOUGH] already nothing more is expanded: each strand leads to a whole text on
/// its own, so an automaton with too many ways at once allows fewer texts, never wrong ones.
final class Expansion {
  private static final int ENOUGH = 256;

  private final TokenVocabulary vocabulary;
  private final Set<Strand> strands = new LinkedHashSet<>();
  private boolean mayEnd;

  /// @param vocabulary has the leaves of JSON
  Expansion(TokenVocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  Strand[] strands() {
    return strands.toArray(new Strand[0]);
  }

  boolean mayEnd() {
    return mayEnd;
  }

  /// Adds a strand, and what follows it where its leaf may end here.
  void add(Leaf leaf, int state, Continuation next) {
    if (leaf.goesOn(state)) {
      strands.add(new Strand(leaf, state, next));
    }
    if (leaf.accepts(state)) {
      add(next);
    }
  }

  /// Adds whatever a continuation can begin with.
  void add(Continuation next) {
    if (next.isEnd()) {
      mayEnd = true;
      return;
    }
    if (strands.size() >= ENOUGH) {
      return;
    }
    switch (next.frame()) {
      case Frame.Text text -> add(text.leaf(), 0, next.next());
      case Frame.Value value -> value(value.shape(), value.depth(), next.next());
      case Frame.Rest rest -> members(rest, next.next());
      case Frame.Tail tail -> items(tail, next.next());
    }
  }

  private void value(Shape shape, int depth, Continuation next) {
    if (shape.least() > depth) {
      return;
    }
    switch (shape) {
      case Shape.Text text -> add(text.leaf(), 0, next);
      case Shape.Union union -> {
        for (Shape part : union.parts()) {
          value(part, depth, next);
        }
      }
      case Shape.Slot slot -> value(slot.body(), depth, next);
      case Shape.Members members ->
          add(
              vocabulary.leaves().objectStart(),
              0,
              next.push(new Frame.Rest(members, Phase.OPENED, 0, 0, 0, depth - 1)));
      case Shape.Items items ->
          add(
              vocabulary.leaves().arrayStart(),
              0,
              next.push(new Frame.Tail(items, Phase.OPENED, 0, 0, depth - 1)));
    }
  }

  private void members(Frame.Rest rest, Continuation next) {
    IntList choices = new IntList(8);
    choices(rest, choices);
    if (rest.phase() == Phase.MEMBER) {
      for (int i = 0; i < choices.size(); i++) {
        member(rest, choices.get(i), next);
      }
      return;
    }
    if (!choices.isEmpty()) {
      Leaf before =
          rest.phase() == Phase.OPENED ? vocabulary.leaves().space() : vocabulary.leaves().comma();
      add(before, 0, next.push(rest.in(Phase.MEMBER)));
    }
    if (rest.shape().requiredFrom(rest.index()) == 0 && distinct(rest) >= rest.shape().min()) {
      add(vocabulary.leaves().objectEnd(), 0, next);
    }
  }

  /// The properties that are surely different.
  private static int distinct(Frame.Rest rest) {
    return rest.named() + Math.min(1, rest.extras());
  }

  /// Which properties may come next: indices of named ones, then of extras as complements.
  private static void choices(Frame.Rest rest, IntList out) {
    Shape.Members shape = rest.shape();
    int total = rest.named() + rest.extras();
    int distinct = distinct(rest);
    boolean hasExtra = shape.extras().stream().anyMatch(e -> e.value().least() <= rest.depth());
    int left = rest.extras() == 0 && hasExtra ? 1 : 0;
    for (int i = rest.index(); i < shape.properties().size(); i++) {
      left += shape.properties().get(i).value().least() <= rest.depth() ? 1 : 0;
    }
    for (int i = rest.index(); i < shape.properties().size(); i++) {
      Shape.Property property = shape.properties().get(i);
      boolean isPossible = property.value().least() <= rest.depth();
      if (isPossible && total + 1 + shape.requiredFrom(i + 1) <= shape.max()) {
        out.add(i);
      }
      left -= isPossible ? 1 : 0;
      if (property.isRequired() || distinct + left < shape.min()) {
        return;
      }
    }
    boolean reachesLeast = distinct + (rest.extras() == 0 ? 1 : 0) >= shape.min();
    if (reachesLeast && total < shape.max()) {
      for (int i = 0; i < shape.extras().size(); i++) {
        if (shape.extras().get(i).value().least() <= rest.depth()) {
          out.add(~i);
        }
      }
    }
  }

  private void member(Frame.Rest rest, int choice, Continuation next) {
    Shape.Members shape = rest.shape();
    if (choice >= 0) {
      Shape.Property property = shape.properties().get(choice);
      Frame after =
          new Frame.Rest(
              shape, Phase.GOING_ON, choice + 1, rest.named() + 1, rest.extras(), rest.depth());
      add(
          property.key(),
          0,
          next.push(after).push(new Frame.Value(property.value(), rest.depth())));
      return;
    }
    Shape.Extra extra = shape.extras().get(~choice);
    int most = shape.max() == Integer.MAX_VALUE ? 1 : shape.max();
    Frame after =
        new Frame.Rest(
            shape,
            Phase.GOING_ON,
            shape.properties().size(),
            rest.named(),
            Math.min(most, rest.extras() + 1),
            rest.depth());
    add(
        extra.key(),
        0,
        next.push(after)
            .push(new Frame.Value(extra.value(), rest.depth()))
            .push(new Frame.Text(vocabulary.leaves().colon())));
  }

  private void items(Frame.Tail tail, Continuation next) {
    if (tail.phase() == Phase.MEMBER) {
      item(tail, next);
      return;
    }
    if (hasItem(tail)) {
      Leaf before =
          tail.phase() == Phase.OPENED ? vocabulary.leaves().space() : vocabulary.leaves().comma();
      add(before, 0, next.push(tail.in(Phase.MEMBER)));
    }
    if (tail.count() >= tail.shape().min()) {
      add(vocabulary.leaves().arrayEnd(), 0, next);
    }
  }

  private static boolean hasItem(Frame.Tail tail) {
    Shape.Items shape = tail.shape();
    if (shape.distinct().isEmpty()) {
      Optional<Shape> item = shape.at(tail.count());
      return item.isPresent() && item.get().least() <= tail.depth();
    }
    for (int i = 0; i < shape.distinct().size(); i++) {
      if (isFree(tail, i)) {
        return tail.count() < shape.max();
      }
    }
    return false;
  }

  private static boolean isFree(Frame.Tail tail, int index) {
    return (tail.used() >>> index & 1) == 0
        && tail.shape().distinct().get(index).least() <= tail.depth();
  }

  private void item(Frame.Tail tail, Continuation next) {
    Shape.Items shape = tail.shape();
    if (shape.distinct().isEmpty()) {
      int count = Math.min(shape.settledFrom(), tail.count() + 1);
      Frame after = new Frame.Tail(shape, Phase.GOING_ON, count, 0, tail.depth());
      value(shape.at(tail.count()).orElseThrow(), tail.depth(), next.push(after));
      return;
    }
    for (int i = 0; i < shape.distinct().size(); i++) {
      if (isFree(tail, i)) {
        Frame after =
            new Frame.Tail(
                shape, Phase.GOING_ON, tail.count() + 1, tail.used() | 1L << i, tail.depth());
        value(shape.distinct().get(i), tail.depth(), next.push(after));
      }
    }
  }
}
