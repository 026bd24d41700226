package dev.freehold.text.jinja;

import dev.freehold.text.TextException;
import dev.freehold.text.jinja.Expr.CallArguments;
import dev.freehold.text.jinja.Stmt.AppliedFilter;
import dev.freehold.text.jinja.Stmt.Branch;
import dev.freehold.text.jinja.Stmt.FieldTarget;
import dev.freehold.text.jinja.Stmt.MacroCode;
import dev.freehold.text.jinja.Stmt.NameTarget;
import dev.freehold.text.jinja.Stmt.Parameter;
import dev.freehold.text.jinja.Stmt.Target;
import dev.freehold.text.jinja.Stmt.TupleTarget;
import dev.freehold.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Reads the statements of a template.
final class Parser {
  private static final int MAX_CHARS = 1 << 19;

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  static List<Stmt> parse(String source) {
    if (source.length() > MAX_CHARS) {
      throw new TextException(
          "chat template, line 1: the template has %d characters; the most that is read is %d"
              .formatted(source.length(), MAX_CHARS));
    }
    Parser parser = new Parser(new TokenStream(Lexer.tokens(source)));
    List<Stmt> body = parser.statements();
    if (parser.tokens.peek().kind() != Kind.END) {
      throw parser.unknownTag();
    }
    return body;
  }

  /// Statements up to the end, or up to a tag that is no statement; its `{%` is read then.
  private List<Stmt> statements(String... ends) {
    tokens.enter();
    List<Stmt> body = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      switch (token.kind()) {
        case DATA -> body.add(new Stmt.Data(token.line(), Text.trusted(tokens.next().text())));
        case VARIABLE_BEGIN -> body.add(output());
        case BLOCK_BEGIN -> {
          tokens.next();
          if (Arrays.asList(ends).contains(tokens.peek().text())) {
            tokens.leave();
            return List.copyOf(body);
          }
          body.add(statement());
        }
        default -> {
          if (ends.length > 0) {
            throw tokens.unexpected("{% " + ends[ends.length - 1] + " %}");
          }
          tokens.leave();
          return List.copyOf(body);
        }
      }
    }
  }

  /// The statements of a block up to its end tag, which is read too.
  private List<Stmt> bodyTo(String end) {
    closeTag();
    List<Stmt> body = statements(end);
    tokens.expectKeyword(end);
    closeTag();
    return body;
  }

  private void closeTag() {
    tokens.expect(Kind.BLOCK_END, "'%}'");
  }

  private Stmt output() {
    int line = tokens.next().line();
    Expr value = expressions.tuple(true, false);
    tokens.expect(Kind.VARIABLE_END, "'}}'");
    return new Stmt.Output(line, value);
  }

  private Stmt statement() {
    int line = tokens.line();
    if (tokens.peek().kind() != Kind.NAME) {
      throw tokens.unexpected("the name of a statement");
    }
    return switch (tokens.peek().text()) {
      case "if" -> ifStatement(line);
      case "for" -> forStatement(line);
      case "set" -> setStatement(line);
      case "macro" -> macro(line);
      case "call" -> callBlock(line);
      case "filter" -> filterBlock(line);
      case "with" -> with(line);
      case "generation" -> {
        tokens.next();
        yield new Stmt.Block(line, bodyTo("endgeneration"));
      }
      case "break", "continue" -> loopControl(line);
      default -> throw unknownTag();
    };
  }

  private TextException unknownTag() {
    String name = tokens.peek().text();
    String reason =
        switch (name) {
          case "include", "import", "from", "extends", "block" ->
              "a chat template stands alone: '" + name + "' is not allowed";
          default ->
              name.startsWith("end") || name.equals("else") || name.equals("elif")
                  ? "{% " + name + " %} closes nothing that is open"
                  : "unknown statement " + tokens.peek().describe();
        };
    return tokens.error(tokens.line(), reason);
  }

  private Stmt loopControl(int line) {
    String name = tokens.next().text();
    if (loops == 0) {
      throw tokens.error(line, "'" + name + "' stands outside of a loop");
    }
    closeTag();
    return name.equals("break") ? new Stmt.Break(line) : new Stmt.Continue(line);
  }

  private Stmt ifStatement(int line) {
    List<Branch> branches = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    String tag = tokens.next().text();
    while (!tag.equals("endif")) {
      if (tag.equals("else")) {
        otherwise = bodyTo("endif");
        break;
      }
      Expr condition = expressions.tuple(false, false);
      closeTag();
      branches.add(new Branch(condition, statements("elif", "else", "endif")));
      tag = tokens.next().text();
      if (tag.equals("endif")) {
        closeTag();
      }
    }
    return new Stmt.If(line, List.copyOf(branches), otherwise);
  }

  private Stmt forStatement(int line) {
    tokens.next();
    loops++;
    Target target = target(false);
    tokens.expectKeyword("in");
    Expr values = expressions.tuple(false, false);
    Expr filter = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    closeTag();
    List<Stmt> body = statements("else", "endfor");
    loops--;
    List<Stmt> otherwise = List.of();
    if (tokens.next().text().equals("else")) {
      otherwise = bodyTo("endfor");
    } else {
      closeTag();
    }
    return new Stmt.For(line, target, values, filter, recursive, body, otherwise);
  }

  private Stmt setStatement(int line) {
    tokens.next();
    Target target = target(true);
    if (tokens.skipOperator("=")) {
      Expr value = expressions.tuple(true, false);
      closeTag();
      return new Stmt.Set(line, target, value);
    }
    List<AppliedFilter> filters = new ArrayList<>();
    while (tokens.skipOperator("|")) {
      filters.add(appliedFilter());
    }
    return new Stmt.SetBlock(line, target, List.copyOf(filters), bodyTo("endset"));
  }

  private AppliedFilter appliedFilter() {
    int line = tokens.line();
    String name = expressions.filterName();
    CallArguments arguments =
        tokens.peek().isOperator("(") ? expressions.callArguments() : CallArguments.NONE;
    return new AppliedFilter(line, name, arguments);
  }

  private Stmt macro(int line) {
    tokens.next();
    String name = tokens.expectName("the name of the macro");
    expressions.enterMacro();
    List<Parameter> parameters = parameters();
    return new Stmt.MacroDefinition(line, macroCode(line, name, parameters, "endmacro"));
  }

  private MacroCode macroCode(int line, String name, List<Parameter> parameters, String end) {
    int outerLoops = loops;
    loops = 0;
    List<Stmt> body = bodyTo(end);
    loops = outerLoops;
    Set<String> reads = expressions.leaveMacro();
    return new MacroCode(
        line,
        name,
        parameters,
        body,
        reads.contains("caller"),
        reads.contains("varargs"),
        reads.contains("kwargs"));
  }

  private List<Parameter> parameters() {
    tokens.expectOperator("(");
    List<Parameter> parameters = new ArrayList<>();
    boolean defaults = false;
    while (!tokens.peek().isOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      String name = tokens.expectName("the name of a parameter");
      if (tokens.skipOperator("=")) {
        defaults = true;
        parameters.add(new Parameter(name, expressions.expression()));
      } else if (defaults) {
        throw tokens.unexpected("a default for the parameter '" + name + "'");
      } else {
        parameters.add(new Parameter(name, null));
      }
    }
    tokens.expectOperator(")");
    return List.copyOf(parameters);
  }

  private Stmt callBlock(int line) {
    tokens.next();
    expressions.enterMacro();
    List<Parameter> parameters =
        tokens.peek().isOperator("(") ? parameters() : List.<Parameter>of();
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw tokens.error(line, "a call block needs a call");
    }
    return new Stmt.CallBlock(line, call, macroCode(line, "caller", parameters, "endcall"));
  }

  private Stmt filterBlock(int line) {
    tokens.next();
    List<AppliedFilter> filters = new ArrayList<>();
    do {
      filters.add(appliedFilter());
    } while (tokens.skipOperator("|"));
    return new Stmt.FilterBlock(line, List.copyOf(filters), bodyTo("endfilter"));
  }

  private Stmt with(int line) {
    tokens.next();
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (tokens.peek().kind() != Kind.BLOCK_END) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(target(false));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Stmt.With(line, List.copyOf(targets), List.copyOf(values), bodyTo("endwith"));
  }

  private Target target(boolean withFields) {
    tokens.enter();
    List<Target> parts = new ArrayList<>();
    boolean comma = false;
    while (!tokens.peek().isName("in") && !tokens.peek().isOperator(")")) {
      parts.add(singleTarget(withFields));
      if (!tokens.skipOperator(",")) {
        break;
      }
      comma = true;
    }
    tokens.leave();
    if (parts.isEmpty()) {
      throw tokens.unexpected("a name to assign to");
    }
    return comma ? new TupleTarget(List.copyOf(parts)) : parts.getFirst();
  }

  private Target singleTarget(boolean withFields) {
    if (tokens.skipOperator("(")) {
      Target inside = target(withFields);
      tokens.expectOperator(")");
      return inside;
    }
    int line = tokens.line();
    String name = tokens.expectName("a name to assign to");
    if (withFields && tokens.skipOperator(".")) {
      return new FieldTarget(name, tokens.expectName("the name of a field"));
    }
    if (Set.of("true", "True", "false", "False", "none", "None").contains(name)) {
      throw tokens.error(line, "cannot assign to '" + name + "'");
    }
    if (name.equals("loop") && loops > 0) {
      throw tokens.error(line, "cannot assign to 'loop' inside of a loop");
    }
    return new NameTarget(name);
  }
}
