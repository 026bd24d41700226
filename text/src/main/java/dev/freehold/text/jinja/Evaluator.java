package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Expr.CallArguments;
import dev.freehold.text.jinja.Expr.Comparison;
import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes the values of expressions.
record Evaluator(Run run) {

  Value evaluate(Expr expression, Scope scope) {
    run.enter();
    Value value =
        switch (expression) {
          case Expr.Literal literal -> literal.value();
          case Expr.Name name -> variable(name, scope);
          case Expr.Attribute attribute -> {
            Value object = evaluate(attribute.object(), scope);
            run.at(attribute.line());
            yield Attributes.attribute(run, object, attribute.name());
          }
          case Expr.Item item -> {
            Value object = evaluate(item.object(), scope);
            Value index = evaluate(item.index(), scope);
            run.at(item.line());
            yield Attributes.item(run, object, index);
          }
          case Expr.Slice slice -> slice(slice, scope);
          case Expr.Call call -> call(call, scope, Arguments.NONE);
          case Expr.Filter filter -> {
            Value subject = evaluate(filter.subject(), scope);
            yield filter(filter.line(), filter.name(), filter.arguments(), subject, scope);
          }
          case Expr.Test test -> {
            Value subject = evaluate(test.subject(), scope);
            Arguments arguments = arguments(test.arguments(), scope);
            run.at(test.line());
            yield Bool.of(Tests.holds(run, test.name(), subject, arguments));
          }
          case Expr.Not not -> Bool.of(!truth(not.operand(), scope));
          case Expr.And and -> {
            Value left = evaluate(and.left(), scope);
            yield Operators.truth(run, left) ? evaluate(and.right(), scope) : left;
          }
          case Expr.Or or -> {
            Value left = evaluate(or.left(), scope);
            yield Operators.truth(run, left) ? left : evaluate(or.right(), scope);
          }
          case Expr.Sign sign -> {
            Value operand = evaluate(sign.operand(), scope);
            yield sign.negative() ? Arithmetic.negate(run, operand) : Arithmetic.plus(run, operand);
          }
          case Expr.Binary binary -> {
            Value left = evaluate(binary.left(), scope);
            Value right = evaluate(binary.right(), scope);
            run.at(binary.line());
            yield Arithmetic.apply(run, binary.operator(), left, right);
          }
          case Expr.Compare compare -> Bool.of(compare(compare, scope));
          case Expr.Concat concat -> concat(concat, scope);
          case Expr.Conditional conditional -> conditional(conditional, scope);
          case Expr.ListOf list -> ListValue.of(run, evaluateAll(list.items(), scope), list.kind());
          case Expr.DictOf dict -> dict(dict, scope);
        };
    run.leave();
    return value;
  }

  boolean truth(Expr expression, Scope scope) {
    return Operators.truth(run, evaluate(expression, scope));
  }

  private static Value variable(Expr.Name name, Scope scope) {
    Value value = scope.get(name.name());
    return value == null ? new Undefined("'" + name.name() + "' is not defined") : value;
  }

  private List<Value> evaluateAll(List<Expr> expressions, Scope scope) {
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expr expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return values;
  }

  private @Nullable Value evaluateIfThere(@Nullable Expr expression, Scope scope) {
    return expression == null ? null : evaluate(expression, scope);
  }

  private Value slice(Expr.Slice slice, Scope scope) {
    Value object = evaluate(slice.object(), scope);
    Value start = evaluateIfThere(slice.start(), scope);
    Value stop = evaluateIfThere(slice.stop(), scope);
    Value step = evaluateIfThere(slice.step(), scope);
    run.at(slice.line());
    return Attributes.slice(run, object, start, stop, step);
  }

  /// Calls with the arguments as written and more that have names.
  Value call(Expr.Call call, Scope scope, Arguments more) {
    Value callee = evaluate(call.callee(), scope);
    Arguments arguments = arguments(call.arguments(), scope);
    for (Map.Entry<String, Value> named : more.named().entrySet()) {
      arguments = arguments.with(named.getKey(), named.getValue());
    }
    run.at(call.line());
    if (Operators.defined(run, callee) instanceof Callable callable) {
      return callable.call(run, arguments);
    }
    throw run.error("a " + callee.type() + " cannot be called");
  }

  Value filter(int line, String name, CallArguments written, Value subject, Scope scope) {
    Arguments arguments = arguments(written, scope);
    run.at(line);
    return Filters.apply(run, name, subject, arguments);
  }

  private Arguments arguments(CallArguments written, Scope scope) {
    List<Value> positional = evaluateAll(written.positional(), scope);
    Map<String, Value> named = new LinkedHashMap<>();
    for (Expr.Named argument : written.named()) {
      named.put(argument.name(), evaluate(argument.value(), scope));
    }
    if (written.star() != null) {
      Value star = evaluate(written.star(), scope);
      positional.addAll(Operators.toList(run, star));
      run.allocate((long) Run.ELEMENT * positional.size());
    }
    if (written.doubleStar() != null) {
      if (!(evaluate(written.doubleStar(), scope) instanceof DictValue dict)) {
        throw run.error("'**' in a call needs a mapping");
      }
      run.allocate((long) Run.ELEMENT * dict.size());
      for (DictValue.Entry entry : dict.entries()) {
        if (!(entry.key() instanceof Text name) || named.containsKey(name.chars())) {
          throw run.error("'**' in a call needs names, each given once");
        }
        named.put(name.chars(), entry.value());
      }
    }
    return new Arguments(positional, named);
  }

  private boolean compare(Expr.Compare compare, Scope scope) {
    Value left = evaluate(compare.first(), scope);
    for (Comparison comparison : compare.rest()) {
      Value right = evaluate(comparison.operand(), scope);
      run.at(compare.line());
      if (!Operators.holds(run, comparison.relation(), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private Value concat(Expr.Concat concat, Scope scope) {
    List<Value> values = evaluateAll(concat.parts(), scope);
    Text result = Text.EMPTY;
    for (Value value : values) {
      result = Text.concat(run, result, Printing.text(run, value).asMarkup(false));
    }
    return result;
  }

  private Value conditional(Expr.Conditional conditional, Scope scope) {
    if (truth(conditional.condition(), scope)) {
      return evaluate(conditional.yes(), scope);
    }
    return conditional.no() == null
        ? new Undefined("the inline if on line " + conditional.line() + " is false and has no else")
        : evaluate(conditional.no(), scope);
  }

  private Value dict(Expr.DictOf dict, Scope scope) {
    DictValue.Builder builder = new DictValue.Builder(run);
    for (int i = 0; i < dict.keys().size(); i++) {
      Value key = evaluate(dict.keys().get(i), scope);
      builder.put(key, evaluate(dict.values().get(i), scope));
    }
    return builder.build();
  }
}
