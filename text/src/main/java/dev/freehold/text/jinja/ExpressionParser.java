package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Expr.CallArguments;
import dev.freehold.text.jinja.Expr.Comparison;
import dev.freehold.text.jinja.Expr.Named;
import dev.freehold.text.jinja.Expr.Operator;
import dev.freehold.text.jinja.Expr.Relation;
import dev.freehold.text.jinja.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads expressions; from loose to tight: `if else`, `or`, `and`, `not`, comparisons, `+ -`, `~`,
/// `* / // %`, `**`, signs, calls and subscripts, filters and tests.
final class ExpressionParser {
  private static final int MAX_DIGITS = 4300;

  private final TokenStream tokens;

  /// The names that the macros around the current place read.
  private final Deque<Set<String>> namesRead = new ArrayDeque<>();

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  void enterMacro() {
    namesRead.push(new HashSet<>());
  }

  Set<String> leaveMacro() {
    return namesRead.pop();
  }

  Expr expression() {
    tokens.enter();
    int line = tokens.line();
    Expr result = or();
    while (tokens.skipName("if")) {
      Expr condition = or();
      Expr no = tokens.skipName("else") ? expression() : null;
      result = new Expr.Conditional(line, condition, result, no);
    }
    tokens.leave();
    return result;
  }

  /// Expressions with commas between them are a tuple.
  Expr tuple(boolean withCondition, boolean emptyAllowed) {
    int line = tokens.line();
    List<Expr> items = new ArrayList<>();
    boolean comma = false;
    while (!atTupleEnd(comma)) {
      items.add(withCondition ? expression() : or());
      if (!tokens.skipOperator(",")) {
        break;
      }
      comma = true;
    }
    if (!comma && !items.isEmpty()) {
      return items.getFirst();
    }
    if (items.isEmpty() && !emptyAllowed) {
      throw tokens.unexpected("an expression");
    }
    return new Expr.ListOf(line, List.copyOf(items), ListValue.Kind.TUPLE);
  }

  private boolean atTupleEnd(boolean afterComma) {
    Token next = tokens.peek();
    return switch (next.kind()) {
      case VARIABLE_END, BLOCK_END, END -> true;
      case OPERATOR -> next.text().equals(")");
      case NAME -> afterComma && next.text().equals("recursive");
      default -> false;
    };
  }

  private Expr or() {
    int line = tokens.line();
    Expr left = and();
    while (tokens.skipName("or")) {
      left = new Expr.Or(line, left, and());
    }
    return left;
  }

  private Expr and() {
    int line = tokens.line();
    Expr left = not();
    while (tokens.skipName("and")) {
      left = new Expr.And(line, left, not());
    }
    return left;
  }

  private Expr not() {
    int line = tokens.line();
    if (!tokens.skipName("not")) {
      return comparison();
    }
    tokens.enter();
    Expr operand = not();
    tokens.leave();
    return new Expr.Not(line, operand);
  }

  private Expr comparison() {
    int line = tokens.line();
    Expr first = sum();
    List<Comparison> rest = new ArrayList<>();
    for (Relation relation = relation(); relation != null; relation = relation()) {
      rest.add(new Comparison(relation, sum()));
    }
    return rest.isEmpty() ? first : new Expr.Compare(line, first, List.copyOf(rest));
  }

  private @Nullable Relation relation() {
    if (tokens.peek().isName("not") && tokens.peekSecond().isName("in")) {
      tokens.next();
      tokens.next();
      return Relation.NOT_IN;
    }
    Token next = tokens.peek();
    if (next.kind() == Kind.NAME || next.kind() == Kind.OPERATOR) {
      for (Relation relation : Relation.values()) {
        if (relation.symbol.equals(next.text())) {
          tokens.next();
          return relation;
        }
      }
    }
    return null;
  }

  private Expr sum() {
    int line = tokens.line();
    Expr left = concatenation();
    while (true) {
      if (tokens.skipOperator("+")) {
        left = new Expr.Binary(line, Operator.ADD, left, concatenation());
      } else if (tokens.skipOperator("-")) {
        left = new Expr.Binary(line, Operator.SUBTRACT, left, concatenation());
      } else {
        return left;
      }
    }
  }

  private Expr concatenation() {
    int line = tokens.line();
    Expr first = product();
    if (!tokens.peek().isOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expr.Concat(line, List.copyOf(parts));
  }

  private Expr product() {
    int line = tokens.line();
    Expr left = power();
    while (true) {
      Operator operator =
          tokens.peek().kind() != Kind.OPERATOR
              ? null
              : switch (tokens.peek().text()) {
                case "*" -> Operator.MULTIPLY;
                case "/" -> Operator.DIVIDE;
                case "//" -> Operator.FLOOR_DIVIDE;
                case "%" -> Operator.MODULO;
                default -> null;
              };
      if (operator == null) {
        return left;
      }
      tokens.next();
      left = new Expr.Binary(line, operator, left, power());
    }
  }

  private Expr power() {
    int line = tokens.line();
    Expr left = unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expr.Binary(line, Operator.POWER, left, unary(true));
    }
    return left;
  }

  private Expr unary(boolean withFilters) {
    int line = tokens.line();
    Expr result;
    if (tokens.peek().isOperator("-") || tokens.peek().isOperator("+")) {
      boolean negative = tokens.next().text().equals("-");
      tokens.enter();
      result = new Expr.Sign(line, negative, unary(false));
      tokens.leave();
    } else {
      result = primary();
    }
    result = postfix(result);
    return withFilters ? filtersAndTests(result) : result;
  }

  Expr primary() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> name(tokens.next());
      case STRING -> string();
      case INTEGER -> new Expr.Literal(token.line(), new Value.Int(integer(tokens.next())));
      case FLOAT ->
          new Expr.Literal(token.line(), new Value.Real(Double.parseDouble(tokens.next().text())));
      case OPERATOR -> bracket(token);
      default -> throw tokens.unexpected("an expression");
    };
  }

  private Expr name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Literal(token.line(), Value.Bool.TRUE);
      case "false", "False" -> new Expr.Literal(token.line(), Value.Bool.FALSE);
      case "none", "None" -> new Expr.Literal(token.line(), Value.None.NONE);
      default -> {
        namesRead.forEach(names -> names.add(token.text()));
        yield new Expr.Name(token.line(), token.text());
      }
    };
  }

  private Expr string() {
    int line = tokens.line();
    StringBuilder text = new StringBuilder(tokens.next().text());
    while (tokens.peek().kind() == Kind.STRING) {
      text.append(tokens.next().text());
    }
    return new Expr.Literal(line, Text.trusted(text.toString()));
  }

  private BigInteger integer(Token token) {
    if (token.text().length() > MAX_DIGITS) {
      throw tokens.error(token.line(), "an integer has more than 4300 digits");
    }
    return Numeral.integer(token.text());
  }

  private Expr bracket(Token token) {
    switch (token.text()) {
      case "(" -> {
        tokens.next();
        Expr inside = tuple(true, true);
        tokens.expectOperator(")");
        return inside;
      }
      case "[" -> {
        tokens.next();
        List<Expr> items = new ArrayList<>();
        while (!tokens.peek().isOperator("]")) {
          items.add(expression());
          if (!tokens.skipOperator(",")) {
            break;
          }
        }
        tokens.expectOperator("]");
        return new Expr.ListOf(token.line(), List.copyOf(items), ListValue.Kind.LIST);
      }
      case "{" -> {
        tokens.next();
        return dict(token.line());
      }
      default -> throw tokens.unexpected("an expression");
    }
  }

  private Expr dict(int line) {
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.peek().isOperator("}")) {
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator("}");
    return new Expr.DictOf(line, List.copyOf(keys), List.copyOf(values));
  }

  private Expr postfix(Expr start) {
    Expr result = start;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator(".")) {
        result = attribute(line, result);
      } else if (tokens.skipOperator("[")) {
        result = subscript(line, result);
      } else if (tokens.peek().isOperator("(")) {
        result = new Expr.Call(line, result, callArguments());
      } else {
        return result;
      }
    }
  }

  private Expr attribute(int line, Expr object) {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> new Expr.Attribute(line, object, token.text());
      case INTEGER ->
          new Expr.Item(line, object, new Expr.Literal(line, new Value.Int(integer(token))));
      default -> throw tokens.error(line, "expected a name after '.', found " + token.describe());
    };
  }

  private Expr subscript(int line, Expr object) {
    Expr start = tokens.peek().isOperator(":") ? null : expression();
    if (!tokens.skipOperator(":")) {
      if (start == null) {
        throw tokens.unexpected("an index");
      }
      Expr index = tokens.peek().isOperator(",") ? indexTuple(line, start) : start;
      tokens.expectOperator("]");
      return new Expr.Item(line, object, index);
    }
    Expr stop = slicePart();
    Expr step = tokens.skipOperator(":") ? slicePart() : null;
    tokens.expectOperator("]");
    return new Expr.Slice(line, object, start, stop, step);
  }

  private Expr indexTuple(int line, Expr first) {
    List<Expr> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !tokens.peek().isOperator("]")) {
      items.add(expression());
    }
    return new Expr.ListOf(line, List.copyOf(items), ListValue.Kind.TUPLE);
  }

  private @Nullable Expr slicePart() {
    boolean absent = tokens.peek().isOperator(":") || tokens.peek().isOperator("]");
    return absent ? null : expression();
  }

  private Expr filtersAndTests(Expr start) {
    Expr result = start;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator("|")) {
        result = filter(line, result);
      } else if (tokens.skipName("is")) {
        result = test(line, result);
      } else if (tokens.peek().isOperator("(")) {
        result = new Expr.Call(line, result, callArguments());
      } else {
        return result;
      }
    }
  }

  private Expr filter(int line, Expr subject) {
    String name = filterName();
    CallArguments arguments = tokens.peek().isOperator("(") ? callArguments() : CallArguments.NONE;
    return new Expr.Filter(line, subject, name, arguments);
  }

  String filterName() {
    return dottedName("the name of a filter");
  }

  private String dottedName(String what) {
    StringBuilder name = new StringBuilder(tokens.expectName(what));
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expectName(what));
    }
    return name.toString();
  }

  private Expr test(int line, Expr subject) {
    boolean negated = tokens.skipName("not");
    String name = dottedName("the name of a test");
    CallArguments arguments = CallArguments.NONE;
    if (tokens.peek().isOperator("(")) {
      arguments = callArguments();
    } else if (startsTestArgument(tokens.peek())) {
      Expr argument = postfix(primary());
      arguments = new CallArguments(List.of(argument), List.of(), null, null);
    }
    Expr test = new Expr.Test(line, subject, name, arguments);
    return negated ? new Expr.Not(line, test) : test;
  }

  private boolean startsTestArgument(Token token) {
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.text().equals("[") || token.text().equals("{");
      case NAME -> {
        if (token.text().equals("is")) {
          throw tokens.error(token.line(), "tests cannot be chained with 'is'");
        }
        yield !token.text().equals("else")
            && !token.text().equals("or")
            && !token.text().equals("and");
      }
      default -> false;
    };
  }

  CallArguments callArguments() {
    int line = tokens.line();
    tokens.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    List<Named> named = new ArrayList<>();
    Expr star = null;
    Expr doubleStar = null;
    while (!tokens.peek().isOperator(")")) {
      boolean ordered = doubleStar == null;
      if (tokens.skipOperator("*")) {
        ordered &= star == null;
        star = expression();
      } else if (tokens.skipOperator("**")) {
        doubleStar = expression();
      } else if (tokens.peek().kind() == Kind.NAME && tokens.peekSecond().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.add(new Named(name, expression()));
      } else {
        ordered &= star == null && named.isEmpty();
        positional.add(expression());
      }
      if (!ordered) {
        throw tokens.error(line, "the arguments of a call are out of order");
      }
      if (!tokens.skipOperator(",")) {
        break;
      }
    }
    tokens.expectOperator(")");
    return new CallArguments(List.copyOf(positional), List.copyOf(named), star, doubleStar);
  }
}
