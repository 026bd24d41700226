package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Undefined;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `object.name`, `object[index]` and `object[start:stop:step]`.
///
/// Like jinja2, a name after a point is first looked up among the methods of the type, then among
/// the keys, and a string index the other way round. There is nothing else to reach: no classes, no
/// fields of the interpreter. What would change a list or mapping is not there either.
final class Attributes {
  private static final Set<String> CHANGES_LIST =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
  private static final Set<String> CHANGES_MAPPING =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private Attributes() {}

  static Value attribute(Run run, Value object, String name) {
    Operators.defined(run, object);
    Optional<Value> own = own(run, object, name);
    if (own.isPresent()) {
      return own.get();
    }
    Value value = object instanceof DictValue dict ? dict.get(name) : null;
    return value != null ? value : absent(object, name);
  }

  private static Undefined absent(Value object, String name) {
    return new Undefined("a " + object.type() + " has nothing called '" + name + "'");
  }

  /// What the type itself has under a name.
  private static Optional<Value> own(Run run, Value object, String name) {
    if (name.startsWith("__")) {
      throw run.error(
          "'" + name + "' is not allowed: a template sees only data, not the program behind it");
    }
    return switch (object) {
      case Text text -> TextMethods.find(run, text, name);
      case DictValue dict -> method(dict, name);
      case ListValue list -> method(list, name);
      case Namespace namespace -> Optional.ofNullable(namespace.get(name));
      case Loop loop -> loop.attribute(name);
      case Cycler cycler -> method(cycler, name);
      case Macro macro when name.equals("name") -> Optional.of(Text.trusted(macro.code().name()));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> method(DictValue dict, String name) {
    return switch (name) {
      case "items" -> view(dict, DictView.Part.ITEMS, "items");
      case "keys" -> view(dict, DictView.Part.KEYS, "keys");
      case "values" -> view(dict, DictView.Part.VALUES, "values");
      case "copy" -> Optional.of(new Builtin("copy", (run, arguments) -> dict));
      case "get" -> {
        Signature signature = Signature.of("get", "key", "default?");
        yield Optional.of(
            new Builtin(
                "get",
                (run, arguments) -> {
                  Bound bound = signature.bind(run, arguments);
                  Value found = dict.get(run, bound.value(0));
                  return found == null ? bound.value(1, Value.None.NONE) : found;
                }));
      }
      default -> CHANGES_MAPPING.contains(name) ? refused(dict, name) : Optional.empty();
    };
  }

  private static Optional<Value> view(DictValue dict, DictView.Part part, String name) {
    Signature signature = Signature.of(name);
    return Optional.of(
        new Builtin(
            name,
            (run, arguments) -> {
              signature.bind(run, arguments);
              return new DictView(dict, part);
            }));
  }

  private static Optional<Value> refused(Value object, String name) {
    return Optional.of(
        new Undefined(
            "'" + name + "' is not allowed: a template cannot change a " + object.type()));
  }

  private static Optional<Value> method(ListValue list, String name) {
    if (list.kind() == ListValue.Kind.GROUP) {
      switch (name) {
        case "grouper" -> {
          return Optional.of(list.items().get(0));
        }
        case "list" -> {
          return Optional.of(list.items().get(1));
        }
        default -> {}
      }
    }
    return switch (name) {
      case "copy" -> Optional.of(new Builtin("copy", (run, arguments) -> list));
      case "count" ->
          Optional.of(
              new Builtin(
                  "count",
                  (run, arguments) ->
                      Value.Int.of(positions(run, list, arguments, "count").size())));
      case "index" ->
          Optional.of(
              new Builtin(
                  "index",
                  (run, arguments) -> {
                    List<Integer> found = positions(run, list, arguments, "index");
                    if (found.isEmpty()) {
                      throw run.error("the value is not in the list");
                    }
                    return Value.Int.of(found.getFirst());
                  }));
      default ->
          !list.isTuple() && CHANGES_LIST.contains(name) ? refused(list, name) : Optional.empty();
    };
  }

  private static List<Integer> positions(
      Run run, ListValue list, Arguments arguments, String method) {
    Value wanted = Signature.of(method, "value").bind(run, arguments).value(0);
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      if (Operators.equal(run, list.items().get(i), wanted)) {
        run.allocate(Run.ELEMENT);
        found.add(i);
      }
    }
    return found;
  }

  private static Optional<Value> method(Cycler cycler, String name) {
    return switch (name) {
      case "current" -> Optional.of(cycler.current());
      case "next" -> Optional.of(new Builtin("next", (run, arguments) -> cycler.next()));
      case "reset" ->
          Optional.of(
              new Builtin(
                  "reset",
                  (run, arguments) -> {
                    cycler.reset();
                    return Value.None.NONE;
                  }));
      default -> Optional.empty();
    };
  }

  static Value item(Run run, Value object, Value index) {
    Operators.defined(run, object);
    Value value = element(run, object, index);
    if (value != null) {
      return value;
    }
    if (index instanceof Text name) {
      return own(run, object, name.chars()).orElseGet(() -> absent(object, shortName(name)));
    }
    return new Undefined("a " + object.type() + " has no element " + Operators.describe(index));
  }

  private static String shortName(Text name) {
    return name.length() > 40 ? name.slice(0, 40).chars() + "…" : name.chars();
  }

  private static @Nullable Value element(Run run, Value object, Value index) {
    if (object instanceof DictValue dict) {
      return DictValue.isHashable(index) ? dict.get(run, index) : null;
    }
    Optional<BigInteger> number = Operators.asInteger(index);
    int size =
        object instanceof DictView || object instanceof Namespace
            ? -1
            : Operators.lengthOrMinusOne(object);
    if (number.isEmpty() || size < 0) {
      return null;
    }
    long position = Arithmetic.clamp(number.get());
    position = position < 0 ? position + size : position;
    if (position < 0 || position >= size) {
      return null;
    }
    int at = (int) position;
    return switch (object) {
      case ListValue list -> list.items().get(at);
      case Value.Range range -> range.at(at);
      case Text text -> {
        int start = text.offset(run, at);
        yield text.slice(start, start + Character.charCount(text.chars().codePointAt(start)));
      }
      default -> null;
    };
  }

  /// Attributes by a path such as `function.name` or `0`, as filters take them.
  static Value path(Run run, Value object, Value path) {
    if (!(path instanceof Text text)) {
      return item(run, object, path);
    }
    Value value = object;
    for (String part : text.chars().split("\\.", -1)) {
      boolean digits =
          !part.isEmpty() && part.length() < 9 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      value =
          item(
              run,
              value,
              digits ? Value.Int.of(Integer.parseInt(part)) : Text.of(part, text.isTrusted()));
    }
    return value;
  }

  static Value slice(
      Run run, Value object, @Nullable Value start, @Nullable Value stop, @Nullable Value step) {
    Operators.defined(run, object);
    int size = Operators.lengthOrMinusOne(object);
    boolean sliceable =
        object instanceof Text || object instanceof ListValue || object instanceof Value.Range;
    if (!sliceable) {
      throw run.error(Operators.describe(object) + " cannot be sliced");
    }
    int by = bound(run, step, 1);
    if (by == 0) {
      throw run.error("the step of a slice cannot be zero");
    }
    int from = position(bound(run, start, by > 0 ? 0 : Integer.MAX_VALUE), size, by);
    int to = absentBound(stop) ? (by > 0 ? size : -1) : position(bound(run, stop, 0), size, by);
    return Slices.of(run, object, from, to, by);
  }

  private static boolean absentBound(@Nullable Value value) {
    return value == null || value == Value.None.NONE;
  }

  private static int bound(Run run, @Nullable Value value, int otherwise) {
    if (value == null || value == Value.None.NONE) {
      return otherwise;
    }
    return Operators.asInteger(Operators.defined(run, value))
        .map(Arithmetic::clamp)
        .orElseThrow(() -> run.error("a slice needs integers, found " + Operators.describe(value)));
  }

  /// A bound counted from the front and cut to where slices can begin or end.
  private static int position(int bound, int size, int step) {
    long position = bound < 0 ? (long) bound + size : bound;
    return step > 0
        ? (int) Math.clamp(position, 0L, size)
        : (int) Math.clamp(position, -1L, size - 1L);
  }
}
