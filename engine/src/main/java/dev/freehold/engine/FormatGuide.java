package dev.freehold.engine;

import dev.freehold.engine.constraint.Constraint;
import dev.freehold.engine.constraint.ConstraintState;
import dev.freehold.engine.reply.ReplyParser.Place;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// Holds the content of an answer to a format; thinking before it, and marks around it, are free.
final class FormatGuide implements Guide {
  private final Constraint constraint;
  private final Supplier<Place> place;
  private final OptionalInt thoughtMark;
  private Optional<ConstraintState> state = Optional.empty();
  private boolean hasThought;

  /// @param place where in the answer the next token stands
  /// @param thoughtMark the token with which the model may begin to think, where it may
  FormatGuide(Constraint constraint, Supplier<Place> place, OptionalInt thoughtMark) {
    this.constraint = constraint;
    this.place = place;
    this.thoughtMark = thoughtMark;
  }

  @Override
  public boolean restricts() {
    return state.isPresent() || place.get() == Place.CONTENT;
  }

  private ConstraintState begun() {
    return state.orElseGet(() -> constraint.start(!hasThought));
  }

  @Override
  public void mask(long[] bits) {
    begun().mask(bits);
    if (state.isEmpty() && thoughtMark.isPresent()) {
      int id = thoughtMark.getAsInt();
      bits[id >> 6] |= 1L << id;
    }
  }

  @Override
  public void accept(int token) {
    boolean isThought =
        state.isEmpty() && thoughtMark.isPresent() && thoughtMark.getAsInt() == token;
    if (isThought || !restricts()) {
      hasThought = true;
      return;
    }
    state = Optional.of(begun());
    if (!state.get().accept(token)) {
      throw new EngineException("token %d does not fit the answer's form".formatted(token));
    }
  }

  @Override
  public boolean isComplete() {
    return state.isPresent() && state.get().isFinished();
  }
}
