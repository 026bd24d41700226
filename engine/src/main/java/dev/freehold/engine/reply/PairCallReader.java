package dev.freehold.engine.reply;

import dev.freehold.engine.reply.SymbolBuffer.Match;

/// Reads a call written as the tool's name and pairs of tags, as GLM does:
/// `NAME<arg_key>KEY</arg_key><arg_value>VALUE</arg_value></tool_call>`.
///
/// A value's JSON type comes from the tool's schema.
final class PairCallReader implements CallReader {
  /// The marks of such a format.
  record Pairs(int[] keyOpen, int[] keyClose, int[] valueOpen, int[] valueClose, int[] close) {
    static Pairs of(Marks marks) {
      return new Pairs(
          marks.pattern("<arg_key>"),
          marks.pattern("</arg_key>"),
          marks.pattern("<arg_value>"),
          marks.pattern("</arg_value>"),
          marks.pattern("</tool_call>"));
    }
  }

  private enum State {
    NAME,
    PAIR,
    KEY,
    BETWEEN,
    VALUE,
    DONE
  }

  private static final int MAX_NAME = 512;

  private final Pairs pairs;
  private final Parameters parameters = new Parameters();
  private final StringBuilder name = new StringBuilder();
  private State state = State.NAME;

  PairCallReader(Pairs pairs) {
    this.pairs = pairs;
  }

  @Override
  public Step read(SymbolBuffer in, CallWriter out) {
    Step step = Step.ON;
    while (step == Step.ON) {
      step =
          switch (state) {
            case NAME -> name(in, out);
            case PAIR -> pair(in, out);
            case KEY -> key(in);
            case BETWEEN -> between(in);
            case VALUE -> value(in, out);
            case DONE -> Step.DONE;
          };
    }
    return step;
  }

  private Step name(SymbolBuffer in, CallWriter out) {
    while (!in.isEmpty()) {
      int symbol = in.peek();
      Match key = in.match(pairs.keyOpen());
      Match end = in.match(pairs.close());
      boolean over = symbol == '\n' && !name.toString().isBlank();
      if (over || key == Match.YES || end == Match.YES) {
        if (!out.begin(name.toString().strip())) {
          return Step.BROKEN;
        }
        parameters.begin(out);
        state = State.PAIR;
        return Step.ON;
      }
      if (key == Match.PARTIAL || end == Match.PARTIAL) {
        return Step.WAIT;
      }
      if (Marks.isMark(symbol) || name.length() == MAX_NAME) {
        return Step.BROKEN;
      }
      name.append((char) in.take());
    }
    return Step.WAIT;
  }

  private Step pair(SymbolBuffer in, CallWriter out) {
    if (!in.skipSpace()) {
      return Step.WAIT;
    }
    Match end = in.match(pairs.close());
    if (end == Match.YES) {
      in.skip(pairs.close().length);
      parameters.end(out);
      state = State.DONE;
      return Step.CALL;
    }
    Match key = in.match(pairs.keyOpen());
    if (key == Match.YES) {
      in.skip(pairs.keyOpen().length);
      state = State.KEY;
      return Step.ON;
    }
    return end == Match.PARTIAL || key == Match.PARTIAL ? Step.WAIT : Step.BROKEN;
  }

  private Step key(SymbolBuffer in) {
    int at = in.findWithin(pairs.keyClose(), MAX_NAME);
    if (at < 0) {
      return at == SymbolBuffer.TOO_FAR ? Step.BROKEN : Step.WAIT;
    }
    name.setLength(0);
    name.append(in.ahead(at).strip());
    in.skip(at + pairs.keyClose().length);
    state = State.BETWEEN;
    return Step.ON;
  }

  private Step between(SymbolBuffer in) {
    if (!in.skipSpace()) {
      return Step.WAIT;
    }
    return switch (in.match(pairs.valueOpen())) {
      case NO -> Step.BROKEN;
      case PARTIAL -> Step.WAIT;
      case YES -> {
        in.skip(pairs.valueOpen().length);
        state = State.VALUE;
        yield Step.ON;
      }
    };
  }

  private Step value(SymbolBuffer in, CallWriter out) {
    int at = in.find(pairs.valueClose());
    if (at < 0) {
      return Step.WAIT;
    }
    String text = in.ahead(at);
    in.skip(at + pairs.valueClose().length);
    state = State.PAIR;
    return parameters.addText(name.toString(), text, out) ? Step.ON : Step.BROKEN;
  }
}
