package dev.freehold.engine.reply;

import dev.freehold.engine.reply.SymbolBuffer.Match;
import java.util.List;

/// Reads calls written as the tool's name, a mark, and the arguments as a JSON object.
///
/// Kimi writes `functions.NAME:INDEX` as the name. DeepSeek V3 and R1 write the kind of tool before
/// the mark, then the name, a line break and the arguments in a fenced block.
final class NamedCallReader implements CallReader {
  /// The marks of such a format; an empty one stands for none.
  ///
  /// @param open before each name
  /// @param separator between name and arguments
  /// @param id before an id that stands between name and separator
  /// @param close behind each call
  /// @param end behind the last call
  record Names(int[] open, int[] separator, int[] id, int[] close, int[] end) {}

  private enum State {
    OPEN,
    NAME,
    ID,
    ARGUMENTS,
    SECOND_NAME,
    FENCE,
    JSON,
    CLOSE_FENCE,
    CLOSE
  }

  private static final int MAX_NAME = 256;
  private static final int[] FENCE = {'`', '`', '`'};

  private final Names names;
  private final StringBuilder name = new StringBuilder();
  private final StringBuilder json = new StringBuilder();
  private JsonScanner scanner = new JsonScanner(json);
  private State state = State.OPEN;
  private boolean fenced;
  private boolean anyCall;

  NamedCallReader(Names names) {
    this.names = names;
  }

  @Override
  public Step read(SymbolBuffer in, CallWriter out) {
    Step step = Step.ON;
    while (step == Step.ON) {
      step = advance(in, out);
    }
    if (state == State.JSON && step == Step.WAIT) {
      out.arguments(json);
      json.setLength(0);
    }
    return step;
  }

  private Step advance(SymbolBuffer in, CallWriter out) {
    return switch (state) {
      case OPEN -> open(in);
      case NAME -> name(in, out);
      case ID -> id(in);
      case ARGUMENTS -> arguments(in, out);
      case SECOND_NAME -> secondName(in);
      case FENCE -> fence(in, out);
      case JSON -> json(in, out);
      case CLOSE_FENCE -> closeFence(in);
      case CLOSE -> close(in);
    };
  }

  private Step open(SymbolBuffer in) {
    if (!in.skipSpace()) {
      return in.ended() && anyCall ? Step.DONE : Step.WAIT;
    }
    if (anyCall && names.end().length > 0) {
      Match end = in.match(names.end());
      if (end == Match.YES) {
        in.skip(names.end().length);
        return Step.DONE;
      }
      if (end == Match.PARTIAL) {
        return Step.WAIT;
      }
    }
    if (anyCall && names.open().length == 0) {
      return Step.DONE;
    }
    Match open = in.match(names.open());
    if (open == Match.YES) {
      in.skip(names.open().length);
      name.setLength(0);
      fenced = false;
      state = State.NAME;
      return Step.ON;
    }
    return open == Match.PARTIAL ? Step.WAIT : anyCall ? Step.DONE : Step.BROKEN;
  }

  private Step name(SymbolBuffer in, CallWriter out) {
    while (!in.isEmpty()) {
      Match separator = in.match(names.separator());
      Match id = names.id().length == 0 ? Match.NO : in.match(names.id());
      if (separator == Match.YES) {
        in.skip(names.separator().length);
        state = State.ARGUMENTS;
        return Step.ON;
      }
      if (id == Match.YES) {
        in.skip(names.id().length);
        state = State.ID;
        return Step.ON;
      }
      if (in.peek() == '{') {
        return startJson(out);
      }
      if (separator == Match.PARTIAL || id == Match.PARTIAL) {
        return Step.WAIT;
      }
      if (Marks.isMark(in.peek()) || name.length() == MAX_NAME) {
        return Step.BROKEN;
      }
      name.append((char) in.take());
    }
    return Step.WAIT;
  }

  private Step id(SymbolBuffer in) {
    int at = in.find(names.separator());
    if (at < 0) {
      return in.undecided() > 4 * MAX_NAME ? Step.BROKEN : Step.WAIT;
    }
    in.skip(at + names.separator().length);
    state = State.ARGUMENTS;
    return Step.ON;
  }

  private Step arguments(SymbolBuffer in, CallWriter out) {
    if (!in.skipSpace()) {
      return Step.WAIT;
    }
    if (in.peek() == '{') {
      return startJson(out);
    }
    name.setLength(0);
    state = State.SECOND_NAME;
    return Step.ON;
  }

  private Step secondName(SymbolBuffer in) {
    while (!in.isEmpty()) {
      int symbol = in.peek();
      if (symbol == '\n') {
        state = State.FENCE;
        return Step.ON;
      }
      if (Marks.isMark(symbol) || name.length() == MAX_NAME) {
        return Step.BROKEN;
      }
      name.append((char) in.take());
    }
    return Step.WAIT;
  }

  private Step fence(SymbolBuffer in, CallWriter out) {
    if (!in.skipSpace()) {
      return Step.WAIT;
    }
    if (in.peek() == '{') {
      return startJson(out);
    }
    return switch (in.match(FENCE)) {
      case NO -> fenced && Character.isLetter(in.peek()) ? take(in) : Step.BROKEN;
      case PARTIAL -> Step.WAIT;
      case YES -> {
        if (fenced) {
          yield Step.BROKEN;
        }
        in.skip(FENCE.length);
        fenced = true;
        yield Step.ON;
      }
    };
  }

  private static Step take(SymbolBuffer in) {
    in.take();
    return Step.ON;
  }

  private Step startJson(CallWriter out) {
    if (!out.begin(toolName())) {
      return Step.BROKEN;
    }
    json.setLength(0);
    scanner = new JsonScanner(json);
    state = State.JSON;
    return Step.ON;
  }

  private String toolName() {
    String tool = name.toString().strip();
    if (!tool.startsWith("functions.")) {
      return tool;
    }
    String bare = tool.substring("functions.".length());
    int colon = bare.lastIndexOf(':');
    boolean numbered =
        colon > 0 && bare.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9');
    return numbered ? bare.substring(0, colon) : bare;
  }

  private Step json(SymbolBuffer in, CallWriter out) {
    while (!in.isEmpty()) {
      JsonScanner.Verdict verdict = scanner.feed(in.peek());
      if (verdict == JsonScanner.Verdict.BAD || verdict == JsonScanner.Verdict.BEFORE) {
        return Step.BROKEN;
      }
      in.take();
      if (verdict == JsonScanner.Verdict.COMPLETE) {
        out.arguments(json);
        out.end();
        anyCall = true;
        state = fenced ? State.CLOSE_FENCE : State.CLOSE;
        return Step.CALL;
      }
    }
    return Step.WAIT;
  }

  private Step closeFence(SymbolBuffer in) {
    state = State.CLOSE;
    return skipMark(in, FENCE, State.CLOSE_FENCE);
  }

  private Step close(SymbolBuffer in) {
    state = State.OPEN;
    return names.close().length == 0 ? Step.ON : skipMark(in, names.close(), State.CLOSE);
  }

  /// Moves over white space and a mark that should be there, but need not.
  private Step skipMark(SymbolBuffer in, int[] mark, State here) {
    if (!in.skipSpace() && !in.ended()) {
      state = here;
      return Step.WAIT;
    }
    switch (in.match(mark)) {
      case YES -> in.skip(mark.length);
      case NO -> {}
      case PARTIAL -> {
        state = here;
        return Step.WAIT;
      }
    }
    return Step.ON;
  }

  /// The marks of a format, by their texts.
  static Names names(Marks marks, List<String> texts) {
    return new Names(
        marks.pattern(texts.get(0)),
        marks.pattern(texts.get(1)),
        marks.pattern(texts.get(2)),
        marks.pattern(texts.get(3)),
        marks.pattern(texts.get(4)));
  }
}
