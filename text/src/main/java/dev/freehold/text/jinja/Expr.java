package dev.freehold.text.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An expression of a template.
sealed interface Expr {
  /// The line of the template where it starts.
  int line();

  record Literal(int line, Value value) implements Expr {}

  record Name(int line, String name) implements Expr {}

  record ListOf(int line, List<Expr> items, ListValue.Kind kind) implements Expr {}

  record DictOf(int line, List<Expr> keys, List<Expr> values) implements Expr {}

  /// `object.name`
  record Attribute(int line, Expr object, String name) implements Expr {}

  /// `object[index]`
  record Item(int line, Expr object, Expr index) implements Expr {}

  /// `object[start:stop:step]`
  record Slice(
      int line, Expr object, @Nullable Expr start, @Nullable Expr stop, @Nullable Expr step)
      implements Expr {}

  record Call(int line, Expr callee, CallArguments arguments) implements Expr {}

  /// `subject|name(arguments)`; in a filter block the subject is the text of the block.
  record Filter(int line, Expr subject, String name, CallArguments arguments) implements Expr {}

  /// `subject is name(arguments)`
  record Test(int line, Expr subject, String name, CallArguments arguments) implements Expr {}

  record Not(int line, Expr operand) implements Expr {}

  record Sign(int line, boolean negative, Expr operand) implements Expr {}

  record Binary(int line, Operator operator, Expr left, Expr right) implements Expr {}

  record And(int line, Expr left, Expr right) implements Expr {}

  record Or(int line, Expr left, Expr right) implements Expr {}

  /// `first op operand op operand ...`, true when every neighbouring pair compares true.
  record Compare(int line, Expr first, List<Comparison> rest) implements Expr {}

  /// `a ~ b ~ c`
  record Concat(int line, List<Expr> parts) implements Expr {}

  /// `yes if condition else no`
  record Conditional(int line, Expr condition, Expr yes, @Nullable Expr no) implements Expr {}

  /// The arguments of a call, filter or test as they are written.
  record CallArguments(
      List<Expr> positional, List<Named> named, @Nullable Expr star, @Nullable Expr doubleStar) {
    static final CallArguments NONE = new CallArguments(List.of(), List.of(), null, null);
  }

  /// `name=value`
  record Named(String name, Expr value) {}

  /// One link in a chain of comparisons.
  record Comparison(Relation relation, Expr operand) {}

  /// Operators of arithmetic.
  enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    MODULO("%"),
    POWER("**");

    final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }
  }

  /// Operators of comparison.
  enum Relation {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    IN("in"),
    NOT_IN("not in");

    final String symbol;

    Relation(String symbol) {
      this.symbol = symbol;
    }
  }
}
