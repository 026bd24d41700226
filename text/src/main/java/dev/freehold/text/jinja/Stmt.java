package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Expr.CallArguments;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A statement of a template.
sealed interface Stmt {
  /// The line of the template where it starts.
  int line();

  /// Text outside of all tags.
  record Data(int line, Text text) implements Stmt {}

  /// `{{ value }}`
  record Output(int line, Expr value) implements Stmt {}

  record If(int line, List<Branch> branches, List<Stmt> otherwise) implements Stmt {}

  /// A condition and what is done when it is the first that holds.
  record Branch(Expr condition, List<Stmt> body) {}

  record For(
      int line,
      Target target,
      Expr values,
      @Nullable Expr filter,
      boolean recursive,
      List<Stmt> body,
      List<Stmt> otherwise)
      implements Stmt {}

  record Set(int line, Target target, Expr value) implements Stmt {}

  /// `{% set target | filter %}body{% endset %}`
  record SetBlock(int line, Target target, List<AppliedFilter> filters, List<Stmt> body)
      implements Stmt {}

  record MacroDefinition(int line, MacroCode code) implements Stmt {}

  /// `{% call(parameters) macro(arguments) %}body{% endcall %}`
  record CallBlock(int line, Expr.Call call, MacroCode caller) implements Stmt {}

  record FilterBlock(int line, List<AppliedFilter> filters, List<Stmt> body) implements Stmt {}

  record With(int line, List<Target> targets, List<Expr> values, List<Stmt> body) implements Stmt {}

  /// A block that is rendered as its body in a scope of its own, as `generation` is.
  record Block(int line, List<Stmt> body) implements Stmt {}

  record Break(int line) implements Stmt {}

  record Continue(int line) implements Stmt {}

  /// A filter that is applied to the text of a block.
  record AppliedFilter(int line, String name, CallArguments arguments) {}

  /// A parameter of a macro.
  record Parameter(String name, @Nullable Expr defaultValue) {}

  /// What a macro takes and does, and which of the names with a meaning of their own it reads.
  record MacroCode(
      int line,
      String name,
      List<Parameter> parameters,
      List<Stmt> body,
      boolean readsCaller,
      boolean readsVarargs,
      boolean readsKwargs) {}

  /// What a value can be assigned to.
  sealed interface Target {}

  record NameTarget(String name) implements Target {}

  record TupleTarget(List<Target> parts) implements Target {}

  record FieldTarget(String namespace, String field) implements Target {}
}
