package dev.freehold.engine.reply;

import dev.freehold.engine.reply.SymbolBuffer.Match;
import java.util.Optional;

/// Reads calls written as Python writes them, with arguments by name: `f(a=1, b='x')`, one per
/// line, or in a list `[f(a=1), g()]`; or a list of JSON objects.
final class PythonCallReader implements CallReader {
  private enum State {
    OPEN,
    FIRST,
    JSON,
    NAME,
    ARGUMENTS,
    CLOSE
  }

  private static final int MAX_NAME = 256;

  private final int[] close;
  private final CallReader json;
  private final StringBuilder name = new StringBuilder();
  private final StringBuilder arguments = new StringBuilder();
  private State state = State.OPEN;
  private boolean inList;
  private boolean anyCall;
  private int depth;
  private int quote;
  private boolean escaped;

  /// @param close the mark behind the calls; empty where there is none
  PythonCallReader(int[] close) {
    this.close = close;
    this.json = new JsonCallReader(JsonCallReader.Shape.MEMBERS, close, true);
  }

  @Override
  public Step read(SymbolBuffer in, CallWriter out) {
    Step step = Step.ON;
    while (step == Step.ON) {
      step =
          switch (state) {
            case OPEN, FIRST -> open(in);
            case JSON -> json.read(in, out);
            case NAME -> name(in);
            case ARGUMENTS -> arguments(in, out);
            case CLOSE -> close(in);
          };
    }
    return step;
  }

  private Step open(SymbolBuffer in) {
    if (!in.skipSpace()) {
      return Step.WAIT;
    }
    if (in.peek() == '[' && state == State.OPEN) {
      in.take();
      inList = true;
      state = State.FIRST;
      return Step.ON;
    }
    state = in.peek() == '{' && inList ? State.JSON : State.NAME;
    return Step.ON;
  }

  private Step name(SymbolBuffer in) {
    if (name.isEmpty() && !in.skipSpace()) {
      return in.ended() && anyCall ? Step.DONE : Step.WAIT;
    }
    if (name.isEmpty() && anyCall && !isNamePart(in.peek())) {
      return between(in);
    }
    while (!in.isEmpty()) {
      int symbol = in.peek();
      if (symbol == '(' && !name.isEmpty()) {
        in.take();
        depth = 0;
        quote = 0;
        arguments.setLength(0);
        state = State.ARGUMENTS;
        return Step.ON;
      }
      if (!isNamePart(symbol) || name.length() == MAX_NAME) {
        return Step.BROKEN;
      }
      name.append((char) in.take());
    }
    return Step.WAIT;
  }

  /// What stands between calls and behind the last.
  private Step between(SymbolBuffer in) {
    int symbol = in.peek();
    if (symbol == ',' || symbol == ';') {
      in.take();
      return Step.ON;
    }
    if (symbol == ']' && inList) {
      in.take();
    }
    state = State.CLOSE;
    return Step.ON;
  }

  private static boolean isNamePart(int symbol) {
    return symbol < 128
        && (Character.isLetterOrDigit(symbol) || symbol == '_' || symbol == '.' || symbol == '-');
  }

  /// Finds the parenthesis that ends the call.
  private Step arguments(SymbolBuffer in, CallWriter out) {
    while (!in.isEmpty()) {
      int symbol = in.peek();
      if (Marks.isMark(symbol)) {
        return Step.BROKEN;
      }
      in.take();
      if (quote == 0 && depth == 0 && symbol == ')') {
        return end(out);
      }
      arguments.append((char) symbol);
      if (escaped) {
        escaped = false;
      } else if (quote != 0) {
        escaped = symbol == '\\';
        quote = symbol == quote ? 0 : quote;
      } else if (symbol == '"' || symbol == '\'') {
        quote = symbol;
      } else if (symbol == '(' || symbol == '[' || symbol == '{') {
        depth++;
      } else if (symbol == ')' || symbol == ']' || symbol == '}') {
        depth--;
      }
    }
    return Step.WAIT;
  }

  private Step end(CallWriter out) {
    Optional<String> object = PythonLiteral.arguments(arguments.toString());
    String tool = name.toString();
    if (tool.endsWith(".call")) {
      tool = tool.substring(0, tool.length() - ".call".length());
    }
    if (object.isEmpty() || !out.call(tool, object.get())) {
      return Step.BROKEN;
    }
    name.setLength(0);
    anyCall = true;
    state = State.NAME;
    return Step.CALL;
  }

  private Step close(SymbolBuffer in) {
    if (close.length == 0) {
      return Step.DONE;
    }
    if (!in.skipSpace() && !in.ended()) {
      return Step.WAIT;
    }
    Match match = in.match(close);
    if (match == Match.YES) {
      in.skip(close.length);
    }
    return match == Match.PARTIAL ? Step.WAIT : Step.DONE;
  }
}
