package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Stmt.AppliedFilter;
import dev.freehold.text.jinja.Stmt.FieldTarget;
import dev.freehold.text.jinja.Stmt.MacroCode;
import dev.freehold.text.jinja.Stmt.NameTarget;
import dev.freehold.text.jinja.Stmt.Parameter;
import dev.freehold.text.jinja.Stmt.Target;
import dev.freehold.text.jinja.Stmt.TupleTarget;
import dev.freehold.text.jinja.Value.Undefined;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs the statements of a template and gathers what they print.
final class Executor {
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  private final Run run;
  private final Evaluator evaluator;

  Executor(Run run) {
    this.run = run;
    this.evaluator = new Evaluator(run);
  }

  /// What the statements print in a scope.
  Text render(List<Stmt> body, Scope scope) {
    TextBuilder out = new TextBuilder();
    executeAll(body, scope, out);
    return out.build();
  }

  private Flow executeAll(List<Stmt> body, Scope scope, TextBuilder out) {
    for (Stmt statement : body) {
      run.enter();
      run.at(statement.line());
      Flow flow = execute(statement, scope, out);
      run.leave();
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow execute(Stmt statement, Scope scope, TextBuilder out) {
    switch (statement) {
      case Stmt.Data data -> print(data.text(), out);
      case Stmt.Output output ->
          print(Printing.text(run, evaluator.evaluate(output.value(), scope)), out);
      case Stmt.If choice -> {
        return choose(choice, scope, out);
      }
      case Stmt.For loop -> loop(loop, scope, out, 0);
      case Stmt.Set set -> assign(set.target(), evaluator.evaluate(set.value(), scope), scope);
      case Stmt.SetBlock set -> {
        Text body = render(set.body(), new Scope(scope));
        assign(set.target(), filtered(body, set.filters(), scope), scope);
      }
      case Stmt.MacroDefinition macro -> scope.set(macro.code().name(), macro(macro.code(), scope));
      case Stmt.CallBlock block -> {
        Macro caller = macro(block.caller(), scope);
        Arguments more = Arguments.NONE.with("caller", caller);
        print(Printing.text(run, evaluator.call(block.call(), scope, more)), out);
      }
      case Stmt.FilterBlock block -> {
        Text body = render(block.body(), new Scope(scope));
        print(Printing.text(run, filtered(body, block.filters(), scope)), out);
      }
      case Stmt.With with -> {
        return with(with, scope, out);
      }
      case Stmt.Block block -> {
        return executeAll(block.body(), new Scope(scope), out);
      }
      case Stmt.Break end -> {
        return Flow.BREAK;
      }
      case Stmt.Continue next -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NEXT;
  }

  /// A macro keeps the variables around it, so it pays for them.
  private Macro macro(MacroCode code, Scope scope) {
    run.allocate((long) Run.ELEMENT * (8 + 4L * scope.size()));
    return new Macro(code, scope, this);
  }

  private void print(Text text, TextBuilder out) {
    run.allocate(text.length());
    out.append(text);
  }

  private Flow choose(Stmt.If choice, Scope scope, TextBuilder out) {
    for (Stmt.Branch branch : choice.branches()) {
      if (evaluator.truth(branch.condition(), scope)) {
        return executeAll(branch.body(), scope, out);
      }
    }
    return executeAll(choice.otherwise(), scope, out);
  }

  private Flow with(Stmt.With with, Scope scope, TextBuilder out) {
    Scope inner = new Scope(scope);
    for (int i = 0; i < with.targets().size(); i++) {
      assign(with.targets().get(i), evaluator.evaluate(with.values().get(i), scope), inner);
    }
    return executeAll(with.body(), inner, out);
  }

  private Value filtered(Text body, List<AppliedFilter> filters, Scope scope) {
    Value value = body;
    for (AppliedFilter filter : filters) {
      value = evaluator.filter(filter.line(), filter.name(), filter.arguments(), value, scope);
    }
    return value;
  }

  private void loop(Stmt.For statement, Scope scope, TextBuilder out, int depth) {
    Value values = evaluator.evaluate(statement.values(), scope);
    run.at(statement.line());
    loopOver(statement, values, scope, out, depth);
  }

  private void loopOver(Stmt.For statement, Value values, Scope scope, TextBuilder out, int depth) {
    Iterator<Value> items = Operators.iterate(run, values);
    int size = Operators.lengthOrMinusOne(values);
    if (statement.filter() != null) {
      items = new ListFilters.Selected(items, item -> passes(statement, item, scope));
      size = -1;
    }
    if (statement.recursive()) {
      run.allocate((long) Run.ELEMENT * (8 + 4L * scope.size()));
    }
    Loop loop =
        new Loop(
            run,
            items,
            size,
            depth,
            statement.recursive() ? (inner, at) -> recurse(statement, inner, scope, at) : null);
    boolean any = false;
    while (loop.hasNext()) {
      any = true;
      Scope inner = new Scope(scope);
      assign(statement.target(), loop.next(), inner);
      inner.set("loop", loop);
      if (executeAll(statement.body(), inner, out) == Flow.BREAK) {
        return;
      }
    }
    if (!any) {
      executeAll(statement.otherwise(), new Scope(scope), out);
    }
  }

  private Text recurse(Stmt.For statement, Value values, Scope scope, int depth) {
    run.enter();
    TextBuilder out = new TextBuilder();
    loopOver(statement, values, scope, out, depth);
    run.leave();
    return out.build();
  }

  private boolean passes(Stmt.For statement, Value item, Scope scope) {
    Scope inner = new Scope(scope);
    assign(statement.target(), item, inner);
    return statement.filter() == null || evaluator.truth(statement.filter(), inner);
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case NameTarget name -> scope.set(name.name(), value);
      case FieldTarget field -> {
        if (!(scope.get(field.namespace()) instanceof Namespace namespace)) {
          throw run.error(
              "cannot set '%s.%s': only a namespace has fields that can be set"
                  .formatted(field.namespace(), field.field()));
        }
        namespace.set(run, field.field(), value);
      }
      case TupleTarget tuple -> {
        List<Value> values = Operators.toList(run, value);
        if (values.size() != tuple.parts().size()) {
          throw run.error(
              "cannot take %d values apart into %d names"
                  .formatted(values.size(), tuple.parts().size()));
        }
        for (int i = 0; i < values.size(); i++) {
          assign(tuple.parts().get(i), values.get(i), scope);
        }
      }
    }
  }

  /// Runs a macro; parameters that are not given take their defaults, which see those before them.
  Value callMacro(Macro macro, Arguments arguments) {
    run.enter();
    int calledAt = run.line();
    MacroCode code = macro.code();
    Scope scope = new Scope(macro.around());
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    List<Value> positional = arguments.positional();
    for (int i = 0; i < code.parameters().size(); i++) {
      Parameter parameter = code.parameters().get(i);
      @Nullable Value given =
          i < positional.size() ? positional.get(i) : named.remove(parameter.name());
      if (given == null) {
        given =
            parameter.defaultValue() == null
                ? new Undefined("the parameter '" + parameter.name() + "' is not given")
                : evaluator.evaluate(parameter.defaultValue(), scope);
      }
      scope.set(parameter.name(), given);
    }
    bindRest(code, positional, named, scope);
    Text result = render(code.body(), scope);
    run.leave();
    run.at(calledAt);
    return result;
  }

  private void bindRest(
      MacroCode code, List<Value> positional, Map<String, Value> named, Scope scope) {
    boolean takesCaller =
        code.parameters().stream().anyMatch(parameter -> parameter.name().equals("caller"));
    if (code.readsCaller() && !takesCaller) {
      Value caller = named.remove("caller");
      scope.set("caller", caller == null ? new Undefined("no caller is given") : caller);
    }
    if (code.readsKwargs()) {
      DictValue.Builder kwargs = new DictValue.Builder(run);
      named.forEach((name, value) -> kwargs.put(Text.trusted(name), value));
      scope.set("kwargs", kwargs.build());
    } else if (!named.isEmpty()) {
      throw run.error(
          "the macro %s has no parameter '%s'"
              .formatted(code.name(), named.keySet().iterator().next()));
    }
    int parameters = code.parameters().size();
    List<Value> extra =
        positional.size() > parameters
            ? positional.subList(parameters, positional.size())
            : List.of();
    if (code.readsVarargs()) {
      scope.set("varargs", ListValue.of(run, new ArrayList<>(extra), ListValue.Kind.TUPLE));
    } else if (!extra.isEmpty()) {
      throw run.error(
          "the macro %s takes at most %d arguments, %d are given"
              .formatted(code.name(), parameters, positional.size()));
    }
  }
}
