package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Expr.Relation;
import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.None;
import dev.freehold.text.jinja.Value.Range;
import dev.freehold.text.jinja.Value.Real;
import dev.freehold.text.jinja.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What all values have in Python: truth, equality, order, length and iteration.
final class Operators {
  private Operators() {}

  static boolean truth(Run run, Value value) {
    return switch (value) {
      case Bool bool -> bool == Bool.TRUE;
      case None none -> false;
      case Undefined undefined -> false;
      case Text text -> !text.isEmpty();
      case Int number -> number.value().signum() != 0;
      case Real number -> number.value() != 0;
      case ListValue list -> list.size() > 0;
      case DictValue dict -> dict.size() > 0;
      case DictView view -> view.dict().size() > 0;
      case Range range -> range.size() > 0;
      case Loop loop -> truth(run, loop.attribute("length").orElseThrow());
      case Generator generator -> true;
      case Namespace namespace -> true;
      case Callable callable -> true;
    };
  }

  /// A value as an error names it.
  static String describe(Value value) {
    return switch (value) {
      case Text text ->
          "the string '"
              + (text.length() > 40 ? text.slice(0, 40).chars() + "…" : text.chars())
              + "'";
      case None none -> "none";
      case Bool bool -> bool == Bool.TRUE ? "true" : "false";
      case Int number -> "the integer " + Printing.integer(number.value());
      case Real number -> "the float " + Printing.real(number.value());
      case Undefined undefined -> "nothing (" + undefined.reason() + ")";
      default -> "a " + value.type();
    };
  }

  /// Fails if the value is not there, as every use of it does.
  static Value defined(Run run, Value value) {
    if (value instanceof Undefined undefined) {
      throw run.error(undefined.reason());
    }
    return value;
  }

  static Optional<BigInteger> asInteger(Value value) {
    return switch (value) {
      case Int number -> Optional.of(number.value());
      case Bool bool -> Optional.of(BigInteger.valueOf(bool.number()));
      default -> Optional.empty();
    };
  }

  static boolean isNumber(Value value) {
    return value instanceof Int || value instanceof Bool || value instanceof Real;
  }

  /// The number of elements; -1 if the value has none that can be counted.
  static int lengthOrMinusOne(Value value) {
    return switch (value) {
      case Text text -> text.codePoints();
      case ListValue list -> list.size();
      case DictValue dict -> dict.size();
      case DictView view -> view.dict().size();
      case Range range -> range.size();
      case Undefined undefined -> 0;
      default -> -1;
    };
  }

  static int length(Run run, Value value) {
    if (value instanceof Text text) {
      run.work(text.length());
    }
    if (value instanceof Loop loop) {
      return Arithmetic.clamp(asInteger(loop.attribute("length").orElseThrow()).orElseThrow());
    }
    int length = lengthOrMinusOne(value);
    if (length < 0) {
      throw run.error(describe(value) + " has no length");
    }
    return length;
  }

  /// Walks over the elements of a list, the keys of a mapping or the code points of a string.
  static Iterator<Value> iterate(Run run, Value value) {
    return switch (value) {
      case ListValue list -> list.items().iterator();
      case DictValue dict -> new DictView(dict, DictView.Part.KEYS).iterator(run);
      case DictView view -> view.iterator(run);
      case Range range -> IntStream.range(0, range.size()).mapToObj(range::at).iterator();
      case Generator generator -> generator.values();
      case Text text -> new CodePoints(text);
      case Undefined undefined -> Collections.emptyIterator();
      default -> throw run.error(describe(value) + " cannot be looped over");
    };
  }

  static boolean isIterable(Value value) {
    return value instanceof Generator || lengthOrMinusOne(value) >= 0;
  }

  private static final class CodePoints implements Iterator<Value> {
    private final Text text;
    private int at;

    CodePoints(Text text) {
      this.text = text;
    }

    @Override
    public boolean hasNext() {
      return at < text.length();
    }

    @Override
    public Value next() {
      int start = at;
      at += Character.charCount(text.chars().codePointAt(at));
      return text.slice(start, at).asMarkup(false);
    }
  }

  static List<Value> toList(Run run, Value value) {
    if (value instanceof ListValue list) {
      run.work(list.size());
      return list.items();
    }
    List<Value> items = new ArrayList<>();
    Iterator<Value> iterator = iterate(run, value);
    while (iterator.hasNext()) {
      run.step();
      run.allocate(Run.ELEMENT);
      items.add(iterator.next());
    }
    return items;
  }

  @SuppressWarnings("ReferenceEquality") // what is no data is equal to nothing but itself
  static boolean equal(Run run, Value left, Value right) {
    run.step();
    if (isNumber(left) && isNumber(right)) {
      return !isNan(left) && !isNan(right) && compareNumbers(run, left, right) == 0;
    }
    return switch (left) {
      case Text text when right instanceof Text other -> equal(run, text, other);
      case ListValue list when right instanceof ListValue other ->
          list.isTuple() == other.isTuple() && equal(run, list, other);
      case DictValue dict when right instanceof DictValue other -> equal(run, dict, other);
      case Undefined undefined -> right instanceof Undefined;
      case Range range -> range.equals(right);
      default -> left == right;
    };
  }

  private static boolean equal(Run run, Text left, Text right) {
    if (left.length() != right.length()) {
      return false;
    }
    run.work(left.length());
    return left.chars().equals(right.chars());
  }

  private static boolean equal(Run run, ListValue left, ListValue right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!equal(run, left.items().get(i), right.items().get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(Run run, DictValue left, DictValue right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (DictValue.Entry entry : left.entries()) {
      Value other = right.get(run, entry.key());
      if (other == null || !equal(run, entry.value(), other)) {
        return false;
      }
    }
    return true;
  }

  static boolean holds(Run run, Relation relation, Value left, Value right) {
    return switch (relation) {
      case EQUAL -> equal(run, left, right);
      case NOT_EQUAL -> !equal(run, left, right);
      case IN -> contains(run, right, left);
      case NOT_IN -> !contains(run, right, left);
      case LESS -> ordered(run, relation, left, right) && order(run, left, right) < 0;
      case LESS_OR_EQUAL -> ordered(run, relation, left, right) && order(run, left, right) <= 0;
      case GREATER -> ordered(run, relation, left, right) && order(run, left, right) > 0;
      case GREATER_OR_EQUAL -> ordered(run, relation, left, right) && order(run, left, right) >= 0;
    };
  }

  /// Fails for values without an order; false for pairs with a NaN.
  private static boolean ordered(Run run, Relation relation, Value left, Value right) {
    boolean comparable =
        (isNumber(left) && isNumber(right))
            || (left instanceof Text && right instanceof Text)
            || (left instanceof ListValue a
                && right instanceof ListValue b
                && a.isTuple() == b.isTuple());
    if (!comparable) {
      defined(run, left);
      defined(run, right);
      throw run.error(
          "%s %s %s cannot be compared"
              .formatted(describe(left), relation.symbol, describe(right)));
    }
    return !isNan(left) && !isNan(right);
  }

  private static boolean isNan(Value value) {
    return value instanceof Real real && Double.isNaN(real.value());
  }

  /// Orders two values as sorting needs it: NaN comes last, all else as in Python.
  static int order(Run run, Value left, Value right) {
    run.step();
    if (isNumber(left) && isNumber(right)) {
      return compareNumbers(run, left, right);
    }
    if (left instanceof Text a && right instanceof Text b) {
      run.work(Math.min(a.length(), b.length()));
      return compareCodePoints(a.chars(), b.chars());
    }
    ordered(run, Relation.LESS, left, right);
    List<Value> a = ((ListValue) left).items();
    List<Value> b = ((ListValue) right).items();
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!equal(run, a.get(i), b.get(i))) {
        return order(run, a.get(i), b.get(i));
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static int compareCodePoints(String left, String right) {
    int shared = Math.min(left.length(), right.length());
    for (int i = 0; i < shared; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogates = Character.isSurrogate(a) != Character.isSurrogate(b);
        return surrogates ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  private static int compareNumbers(Run run, Value left, Value right) {
    Optional<BigInteger> a = asInteger(left);
    Optional<BigInteger> b = asInteger(right);
    if (a.isPresent() && b.isPresent()) {
      return a.get().compareTo(b.get());
    }
    double x = Arithmetic.toDouble(left);
    double y = Arithmetic.toDouble(right);
    boolean exact =
        (a.isEmpty() || a.get().bitLength() <= 53) && (b.isEmpty() || b.get().bitLength() <= 53);
    if (exact || !Double.isFinite(a.isEmpty() ? x : y)) {
      return x == y ? 0 : Double.compare(x, y);
    }
    a.ifPresent(run::checkSize);
    b.ifPresent(run::checkSize);
    BigDecimal exactLeft = a.map(BigDecimal::new).orElseGet(() -> new BigDecimal(x));
    BigDecimal exactRight = b.map(BigDecimal::new).orElseGet(() -> new BigDecimal(y));
    return exactLeft.compareTo(exactRight);
  }

  /// `value in container`
  static boolean contains(Run run, Value container, Value value) {
    switch (container) {
      case Text text -> {
        if (!(value instanceof Text part)) {
          defined(run, value);
          throw run.error(
              "'in' looks for a string in a string, found " + describe(value) + " to look for");
        }
        return new Search(run, part.chars()).in(text.chars(), 0) >= 0;
      }
      case DictValue dict -> {
        return dict.get(run, value) != null;
      }
      default -> {
        if (!isIterable(container)) {
          throw run.error("'in' cannot look into " + describe(container));
        }
        Iterator<Value> items = iterate(run, container);
        while (items.hasNext()) {
          if (equal(run, items.next(), value)) {
            return true;
          }
        }
        return false;
      }
    }
  }
}
