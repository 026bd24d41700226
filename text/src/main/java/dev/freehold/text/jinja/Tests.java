package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Expr.Relation;
import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.None;
import dev.freehold.text.jinja.Value.Real;
import dev.freehold.text.jinja.Value.Undefined;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tests of templates (`value is name`), by name.
final class Tests {
  @FunctionalInterface
  private interface Body {
    boolean holds(Run run, Value value, Bound arguments);
  }

  private record Test(Signature signature, Body body) {}

  private static final Map<String, Test> TESTS = tests();

  private Tests() {}

  static boolean holds(Run run, String name, Value value, Arguments arguments) {
    Test test = TESTS.get(name);
    if (test == null) {
      throw run.error("there is no test called '" + name + "' in chat templates");
    }
    return test.body.holds(run, value, test.signature.bind(run, arguments));
  }

  private static Map<String, Test> tests() {
    Map<String, Test> tests = new HashMap<>();
    types(tests);
    numbers(tests);
    comparisons(tests);
    return Map.copyOf(tests);
  }

  private static void add(Map<String, Test> tests, String name, Body body, String... parameters) {
    tests.put(name, new Test(Signature.of("the test " + name, parameters), body));
  }

  private static void types(Map<String, Test> tests) {
    add(tests, "defined", (run, value, a) -> !(value instanceof Undefined));
    add(tests, "undefined", (run, value, a) -> value instanceof Undefined);
    add(tests, "none", (run, value, a) -> value == None.NONE);
    add(tests, "boolean", (run, value, a) -> value instanceof Bool);
    add(tests, "true", (run, value, a) -> value == Bool.TRUE);
    add(tests, "false", (run, value, a) -> value == Bool.FALSE);
    add(tests, "integer", (run, value, a) -> value instanceof Int);
    add(tests, "float", (run, value, a) -> value instanceof Real);
    add(tests, "number", (run, value, a) -> Operators.isNumber(value));
    add(tests, "string", (run, value, a) -> value instanceof Text);
    add(tests, "mapping", (run, value, a) -> value instanceof DictValue);
    add(tests, "iterable", (run, value, a) -> Operators.isIterable(value));
    add(
        tests,
        "sequence",
        (run, value, a) -> !(value instanceof DictView) && Operators.lengthOrMinusOne(value) >= 0);
    add(
        tests,
        "callable",
        (run, value, a) -> value instanceof Callable || value instanceof Undefined);
    add(tests, "escaped", (run, value, a) -> value instanceof Text text && text.isMarkup());
    add(tests, "lower", (run, value, a) -> Casing.isLower(run, Printing.text(run, value)));
    add(tests, "upper", (run, value, a) -> Casing.isUpper(run, Printing.text(run, value)));
    add(
        tests,
        "filter",
        (run, value, a) -> value instanceof Text text && Filters.exists(text.chars()));
    add(
        tests,
        "test",
        (run, value, a) -> value instanceof Text text && TESTS.containsKey(text.chars()));
  }

  private static void numbers(Map<String, Test> tests) {
    add(tests, "odd", (run, value, a) -> remainder(run, value, Int.of(2)) == 1);
    add(tests, "even", (run, value, a) -> remainder(run, value, Int.of(2)) == 0);
    add(tests, "divisibleby", (run, value, a) -> remainder(run, value, a.value(0)) == 0, "num");
  }

  private static int remainder(Run run, Value value, Value divisor) {
    if (!Operators.isNumber(value)) {
      Operators.defined(run, value);
      throw run.error("expected a number, found " + Operators.describe(value));
    }
    Value rest = Arithmetic.apply(run, Expr.Operator.MODULO, value, divisor);
    return Operators.asInteger(rest)
        .map(whole -> whole.min(BigInteger.TWO).intValue())
        .orElseGet(() -> {
          double real = Arithmetic.toDouble(rest);
          return real == 0 ? 0 : real == 1 ? 1 : 2;
        });
  }

  private static void comparisons(Map<String, Test> tests) {
    Map<Relation, List<String>> names =
        Map.of(
            Relation.EQUAL, List.of("eq", "==", "equalto"),
            Relation.NOT_EQUAL, List.of("ne", "!="),
            Relation.LESS, List.of("lt", "<", "lessthan"),
            Relation.LESS_OR_EQUAL, List.of("le", "<="),
            Relation.GREATER, List.of("gt", ">", "greaterthan"),
            Relation.GREATER_OR_EQUAL, List.of("ge", ">="),
            Relation.IN, List.of("in"));
    names.forEach((relation, words) -> {
      for (String word : words) {
        add(
            tests,
            word,
            (run, value, a) -> Operators.holds(run, relation, value, a.value(0)),
            "other");
      }
    });
    add(tests, "sameas", (run, value, a) -> same(run, value, a.value(0)), "other");
  }

  /// Identity; strings, numbers and the like are the same when they are equal and of one type.
  @SuppressWarnings("ReferenceEquality") // which is what the test is for
  private static boolean same(Run run, Value value, Value other) {
    boolean plain = value instanceof Text || value instanceof Int || value instanceof Real;
    return value == other
        || (plain && value.getClass() == other.getClass() && Operators.equal(run, value, other));
  }
}
