package dev.freehold.engine.reply;

import dev.freehold.engine.reply.SymbolBuffer.Match;
import java.util.List;

/// Reads calls written as tags, one around each call and one around each argument:
/// `<function=NAME><parameter=KEY>VALUE</parameter></function>` and relatives.
///
/// A value is what stands between the tags, without one line break at either end; its JSON type
/// comes from the tool's schema, or from an attribute `string`.
final class TaggedCallReader implements CallReader {
  /// The marks of such a format.
  ///
  /// @param call begins a call, up to its name
  /// @param parameter begins an argument, up to its name
  record Tags(int[] call, int[] callEnd, int[] parameter, int[] parameterEnd, int[] end) {}

  private enum State {
    CALL,
    NAME,
    PARAMETER,
    KEY,
    VALUE
  }

  private static final int MAX_NAME = 512;
  private static final int[] TAG_END = {'>'};

  private final Tags tags;
  private final Parameters parameters = new Parameters();
  private State state = State.CALL;
  private boolean anyCall;
  private String key = "";
  private String attributes = "";

  TaggedCallReader(Tags tags) {
    this.tags = tags;
  }

  /// The marks of a format, by their texts.
  static Tags tags(Marks marks, List<String> texts) {
    return new Tags(
        marks.pattern(texts.get(0)),
        marks.pattern(texts.get(1)),
        marks.pattern(texts.get(2)),
        marks.pattern(texts.get(3)),
        marks.pattern(texts.get(4)));
  }

  @Override
  public Step read(SymbolBuffer in, CallWriter out) {
    Step step = Step.ON;
    while (step == Step.ON) {
      step =
          switch (state) {
            case CALL -> call(in);
            case NAME -> name(in, out);
            case PARAMETER -> parameter(in, out);
            case KEY -> key(in);
            case VALUE -> value(in, out);
          };
    }
    return step;
  }

  private Step call(SymbolBuffer in) {
    if (!in.skipSpace()) {
      return in.ended() && anyCall ? Step.DONE : Step.WAIT;
    }
    Match end = anyCall ? in.match(tags.end()) : Match.NO;
    if (end == Match.YES) {
      in.skip(tags.end().length);
      return Step.DONE;
    }
    Match call = in.match(tags.call());
    if (call == Match.YES) {
      in.skip(tags.call().length);
      state = State.NAME;
      return Step.ON;
    }
    if (call == Match.PARTIAL || end == Match.PARTIAL) {
      return Step.WAIT;
    }
    return anyCall ? Step.DONE : Step.BROKEN;
  }

  private Step name(SymbolBuffer in, CallWriter out) {
    int at = in.findWithin(TAG_END, MAX_NAME);
    if (at < 0) {
      return at == SymbolBuffer.TOO_FAR ? Step.BROKEN : Step.WAIT;
    }
    takeName(in, at);
    if (!out.begin(key)) {
      return Step.BROKEN;
    }
    parameters.begin(out);
    state = State.PARAMETER;
    return Step.ON;
  }

  /// Takes a name, with or without a quotation mark behind it, and the attributes that follow.
  private void takeName(SymbolBuffer in, int length) {
    String text = in.ahead(length);
    in.skip(length + 1);
    int quote = text.indexOf('"');
    key = (quote < 0 ? text : text.substring(0, quote)).strip();
    attributes = quote < 0 ? "" : text.substring(quote + 1);
  }

  private Step parameter(SymbolBuffer in, CallWriter out) {
    if (!in.skipSpace()) {
      return Step.WAIT;
    }
    Match end = in.match(tags.callEnd());
    if (end == Match.YES) {
      in.skip(tags.callEnd().length);
      parameters.end(out);
      anyCall = true;
      state = State.CALL;
      return Step.CALL;
    }
    Match parameter = in.match(tags.parameter());
    if (parameter == Match.YES) {
      in.skip(tags.parameter().length);
      state = State.KEY;
      return Step.ON;
    }
    return end == Match.PARTIAL || parameter == Match.PARTIAL ? Step.WAIT : Step.BROKEN;
  }

  private Step key(SymbolBuffer in) {
    int at = in.findWithin(TAG_END, MAX_NAME);
    if (at < 0) {
      return at == SymbolBuffer.TOO_FAR ? Step.BROKEN : Step.WAIT;
    }
    takeName(in, at);
    state = State.VALUE;
    return Step.ON;
  }

  private Step value(SymbolBuffer in, CallWriter out) {
    int at = in.find(tags.parameterEnd());
    if (at < 0) {
      return Step.WAIT;
    }
    String text = withoutOuterBreaks(in.ahead(at));
    in.skip(at + tags.parameterEnd().length);
    boolean added;
    if (attributes.contains("string=\"true\"")) {
      added = parameters.add(key, JsonText.quote(text), out);
    } else if (attributes.contains("string=\"false\"")) {
      added = parameters.add(key, JsonScanner.whole(text).orElse(JsonText.quote(text)), out);
    } else {
      added = parameters.addText(key, text, out);
    }
    state = State.PARAMETER;
    return added ? Step.ON : Step.BROKEN;
  }

  static String withoutOuterBreaks(String text) {
    int from = text.startsWith("\n") ? 1 : 0;
    int to = text.length() > from && text.endsWith("\n") ? text.length() - 1 : text.length();
    return text.substring(from, to);
  }
}
