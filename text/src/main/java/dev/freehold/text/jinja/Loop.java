package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.Undefined;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The variable `loop`: walks over the values and knows where it is.
///
/// It looks ahead only when asked to (`loop.last`, `loop.nextitem`, `loop.length`), since the
/// values may be computed on the way.
final class Loop implements Callable {
  private final Run run;
  private final int depth;
  private final @Nullable BiFunction<Value, Integer, Text> recursion;
  private Iterator<Value> rest;
  private int size;
  private int index = -1;
  private @Nullable Value before;
  private @Nullable Value current;
  private @Nullable Value after;
  private @Nullable Value changed;

  /// @param size the number of values, or -1 when they have to be walked to be counted
  /// @param recursion renders the loop again for inner values, or null
  Loop(
      Run run,
      Iterator<Value> values,
      int size,
      int depth,
      @Nullable BiFunction<Value, Integer, Text> recursion) {
    this.run = run;
    this.rest = values;
    this.size = size;
    this.depth = depth;
    this.recursion = recursion;
  }

  boolean hasNext() {
    return after != null || rest.hasNext();
  }

  Value next() {
    run.step();
    Value value = after != null ? after : rest.next();
    after = null;
    index++;
    before = current;
    current = value;
    return value;
  }

  private @Nullable Value peek() {
    if (after == null && rest.hasNext()) {
      after = rest.next();
    }
    return after;
  }

  private int size() {
    if (size < 0) {
      List<Value> remaining = new ArrayList<>();
      while (rest.hasNext()) {
        run.allocate(Run.ELEMENT);
        remaining.add(rest.next());
      }
      rest = remaining.iterator();
      size = index + 1 + remaining.size() + (after != null ? 1 : 0);
    }
    return size;
  }

  Optional<Value> attribute(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "index" -> Int.of(index + 1L);
          case "index0" -> Int.of(index);
          case "revindex" -> Int.of(size() - (long) index);
          case "revindex0" -> Int.of(size() - (long) index - 1);
          case "first" -> Bool.of(index == 0);
          case "last" -> Bool.of(peek() == null);
          case "length" -> Int.of(size());
          case "depth" -> Int.of(depth + 1L);
          case "depth0" -> Int.of(depth);
          case "previtem" ->
              before == null ? new Undefined("there is no previous item in the loop") : before;
          case "nextitem" -> nextItem();
          case "cycle" -> new Builtin("loop.cycle", this::cycle);
          case "changed" -> new Builtin("loop.changed", this::changed);
          default -> null;
        });
  }

  private Value nextItem() {
    Value next = peek();
    return next == null ? new Undefined("there is no next item in the loop") : next;
  }

  private Value cycle(Run caller, Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw caller.error("loop.cycle needs at least one value");
    }
    return arguments.positional().get(index % arguments.positional().size());
  }

  private Value changed(Run caller, Arguments arguments) {
    Value now = ListValue.of(caller, arguments.positional(), ListValue.Kind.TUPLE);
    if (changed != null && Operators.equal(caller, changed, now)) {
      return Bool.FALSE;
    }
    changed = now;
    return Bool.TRUE;
  }

  @Override
  public Value call(Run caller, Arguments arguments) {
    if (recursion == null) {
      throw caller.error("the loop must be marked 'recursive' to be called");
    }
    if (arguments.positional().size() != 1 || !arguments.named().isEmpty()) {
      throw caller.error("loop(...) takes one argument, the inner values");
    }
    return recursion.apply(arguments.positional().getFirst(), depth + 1);
  }

  @Override
  public String type() {
    return "loop";
  }
}
