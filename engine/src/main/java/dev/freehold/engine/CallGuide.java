package dev.freehold.engine;

import dev.freehold.engine.constraint.Constraint;
import dev.freehold.engine.constraint.ConstraintState;
import dev.freehold.engine.reply.ReplyParser.Place;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// Makes an answer a call of one of some tools: the tokens of the call's begin, the arguments by
/// their schema, the tokens of its end. Thinking before it is free, and so is what comes after.
final class CallGuide implements Guide {
  /// A call of one tool.
  ///
  /// @param begin tokens before the arguments
  /// @param arguments what the arguments must be; empty where the model writes on freely
  /// @param end tokens after the arguments
  record Call(int[] begin, Optional<Constraint> arguments, int[] end) {}

  private enum Stage {
    BEFORE,
    BEGIN,
    ARGUMENTS,
    END,
    AFTER
  }

  private final Supplier<Place> place;
  private final OptionalInt thoughtMark;
  private final boolean endsAfterCall;
  private List<Call> left;
  private Stage stage = Stage.BEFORE;
  private Optional<ConstraintState> arguments = Optional.empty();
  private int at;

  /// @param place where in the answer the next token stands
  /// @param endsAfterCall whether nothing may come after the call
  CallGuide(
      List<Call> calls, Supplier<Place> place, OptionalInt thoughtMark, boolean endsAfterCall) {
    this.left = List.copyOf(calls);
    this.place = place;
    this.thoughtMark = thoughtMark;
    this.endsAfterCall = endsAfterCall;
  }

  @Override
  public boolean restricts() {
    return switch (stage) {
      case BEFORE -> place.get() == Place.CONTENT || place.get() == Place.MARKS;
      case BEGIN, ARGUMENTS, END -> true;
      case AFTER -> false;
    };
  }

  @Override
  public void mask(long[] bits) {
    Arrays.fill(bits, 0);
    switch (stage) {
      case BEFORE, BEGIN -> {
        left.forEach(call -> allow(bits, call.begin()[at]));
        if (stage == Stage.BEFORE) {
          thoughtMark.ifPresent(id -> allow(bits, id));
        }
      }
      case ARGUMENTS -> {
        ConstraintState state = arguments.orElseThrow();
        state.mask(bits);
        if (state.mayEnd() && end().length > 0) {
          allow(bits, end()[0]);
        }
      }
      case END -> allow(bits, end()[at]);
      case AFTER -> {}
    }
  }

  private static void allow(long[] bits, int id) {
    bits[id >> 6] |= 1L << id;
  }

  private int[] end() {
    return left.getFirst().end();
  }

  @Override
  public void accept(int token) {
    switch (stage) {
      case BEFORE -> {
        if (restricts() && left.stream().anyMatch(call -> call.begin()[0] == token)) {
          stage = Stage.BEGIN;
          begin(token);
        }
      }
      case BEGIN -> begin(token);
      case ARGUMENTS -> {
        if (!arguments.orElseThrow().accept(token)) {
          stage = Stage.END;
          at = 0;
          end(token);
        } else if (arguments.orElseThrow().isFinished()) {
          stage = end().length == 0 ? Stage.AFTER : Stage.END;
          at = 0;
        }
      }
      case END -> end(token);
      case AFTER -> {}
    }
  }

  private void begin(int token) {
    left = left.stream().filter(call -> call.begin()[at] == token).toList();
    at++;
    if (left.isEmpty()) {
      throw new EngineException("token %d does not begin a call".formatted(token));
    }
    Call call = left.getFirst();
    if (at == call.begin().length) {
      left = List.of(call);
      arguments = call.arguments().map(constraint -> constraint.start(false));
      stage = arguments.isPresent() ? Stage.ARGUMENTS : Stage.AFTER;
    }
  }

  private void end(int token) {
    if (end()[at] != token) {
      throw new EngineException("token %d does not end a call".formatted(token));
    }
    at++;
    if (at == end().length) {
      stage = Stage.AFTER;
    }
  }

  @Override
  public boolean isComplete() {
    return endsAfterCall && stage == Stage.AFTER && left.getFirst().arguments().isPresent();
  }
}
