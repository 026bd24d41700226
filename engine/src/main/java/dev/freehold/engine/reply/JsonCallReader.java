package dev.freehold.engine.reply;

import java.util.Set;

/// Reads calls written as JSON: one object, several, or an array of them, each with the tool's name
/// and its arguments as members, in any order, or with the name as the one key and the arguments as
/// its value.
///
/// Arguments may be an object, a string that holds one, or missing (then they are empty).
final class JsonCallReader implements CallReader {
  /// How objects name the tool.
  enum Shape {
    /// By a member such as `name`, among others that do not matter.
    MEMBERS,
    /// By a member such as `name`, among no unknown ones: where only this tells a call from an
    /// answer in JSON.
    STRICT_MEMBERS,
    /// By the key: `{"tool": {...}}`.
    KEYED
  }

  private enum State {
    OPEN,
    FIRST_KEY,
    KEY,
    IN_KEY,
    COLON,
    VALUE,
    IN_VALUE,
    AFTER_VALUE,
    AFTER_OBJECT,
    CLOSE
  }

  private static final Set<String> NAMES = Set.of("name", "tool_name");
  private static final Set<String> ARGUMENTS = Set.of("arguments", "parameters");
  private static final Set<String> OTHERS = Set.of("id", "tool_call_id", "type");

  private final Shape shape;
  private final int[] close;
  private State state = State.OPEN;
  private boolean inArray;
  private boolean anyCall;
  private String name = "";
  private boolean begun;
  private boolean hasArguments;
  private String key = "";

  /// Arguments that came before the name.
  private String early = "";

  private final StringBuilder json = new StringBuilder();
  private JsonScanner scanner = new JsonScanner(json);

  /// Whether the value being read is the arguments as an object, and goes out as it is read.
  private boolean passesOn;

  /// @param close the mark behind the calls; empty where there is none
  JsonCallReader(Shape shape, int[] close) {
    this(shape, close, false);
  }

  /// @param inArray whether the bracket that opens an array was read already
  JsonCallReader(Shape shape, int[] close, boolean inArray) {
    this.shape = shape;
    this.close = close;
    this.inArray = inArray;
  }

  @Override
  public Step read(SymbolBuffer in, CallWriter out) {
    Step step = Step.ON;
    while (step == Step.ON) {
      step = advance(in, out);
    }
    if (begun && passesOn && step == Step.WAIT) {
      out.arguments(json);
      json.setLength(0);
    }
    return step;
  }

  private Step advance(SymbolBuffer in, CallWriter out) {
    return switch (state) {
      case IN_KEY -> inKey(in, out);
      case IN_VALUE -> inValue(in, out);
      case CLOSE -> close(in);
      case OPEN, FIRST_KEY, KEY, COLON, VALUE, AFTER_VALUE, AFTER_OBJECT -> {
        if (!in.skipSpace()) {
          yield atEnd(in);
        }
        yield token(in, out);
      }
    };
  }

  /// At the end of an answer calls that are complete count, whatever should follow them.
  private Step atEnd(SymbolBuffer in) {
    return in.ended() && state == State.AFTER_OBJECT ? Step.DONE : Step.WAIT;
  }

  private Step token(SymbolBuffer in, CallWriter out) {
    int c = in.peek();
    return switch (state) {
      case OPEN -> open(in, c);
      case FIRST_KEY -> c == '}' ? endObject(in, out) : startKey(c);
      case KEY -> startKey(c);
      case COLON -> take(in, c == ':', State.VALUE);
      case VALUE -> startValue(c);
      case AFTER_VALUE -> c == '}' ? endObject(in, out) : take(in, c == ',', State.KEY);
      case AFTER_OBJECT -> afterObject(in, c);
      case IN_KEY, IN_VALUE, CLOSE -> Step.BROKEN;
    };
  }

  private Step take(SymbolBuffer in, boolean fits, State next) {
    if (!fits) {
      return Step.BROKEN;
    }
    in.take();
    state = next;
    return Step.ON;
  }

  private Step open(SymbolBuffer in, int c) {
    if (c == '[' && !inArray) {
      inArray = true;
      in.take();
      return Step.ON;
    }
    return take(in, c == '{', State.FIRST_KEY);
  }

  private Step startKey(int c) {
    if (c != '"') {
      return Step.BROKEN;
    }
    startScan();
    state = State.IN_KEY;
    return Step.ON;
  }

  private void startScan() {
    json.setLength(0);
    scanner = new JsonScanner(json);
  }

  private Step inKey(SymbolBuffer in, CallWriter out) {
    Step step = scan(in);
    if (step != Step.DONE) {
      return step;
    }
    key = scanner.string();
    state = State.COLON;
    if (shape != Shape.KEYED) {
      boolean known = NAMES.contains(key) || ARGUMENTS.contains(key) || OTHERS.contains(key);
      return known || shape == Shape.MEMBERS ? Step.ON : Step.BROKEN;
    }
    name = key;
    begun = out.begin(name);
    return begun ? Step.ON : Step.BROKEN;
  }

  private boolean isArguments() {
    return shape == Shape.KEYED || ARGUMENTS.contains(key);
  }

  private Step startValue(int c) {
    startScan();
    if (isArguments() && hasArguments) {
      return Step.BROKEN;
    }
    passesOn = isArguments() && c == '{' && begun;
    state = State.IN_VALUE;
    return Step.ON;
  }

  /// Feeds the scanner; done when its value is complete.
  private Step scan(SymbolBuffer in) {
    while (!in.isEmpty()) {
      switch (scanner.feed(in.peek())) {
        case TAKEN -> in.take();
        case COMPLETE -> {
          in.take();
          return Step.DONE;
        }
        case BEFORE -> {
          return Step.DONE;
        }
        case BAD -> {
          return Step.BROKEN;
        }
      }
    }
    return Step.WAIT;
  }

  private Step inValue(SymbolBuffer in, CallWriter out) {
    Step step = scan(in);
    if (step != Step.DONE) {
      return step;
    }
    state = State.AFTER_VALUE;
    if (isArguments()) {
      hasArguments = true;
      return endArguments(out);
    }
    if (NAMES.contains(key)) {
      return endName(out);
    }
    return Step.ON;
  }

  private Step endArguments(CallWriter out) {
    String arguments = json.toString();
    if (!passesOn) {
      char first = arguments.charAt(0);
      if (first == '"') {
        arguments = JsonScanner.whole(scanner.string()).orElse("");
      } else if (arguments.equals("null")) {
        arguments = "{}";
      }
      if (!arguments.startsWith("{")) {
        return Step.BROKEN;
      }
    }
    if (begun) {
      out.arguments(arguments);
    } else {
      early = arguments;
    }
    passesOn = false;
    json.setLength(0);
    return Step.ON;
  }

  private Step endName(CallWriter out) {
    if (begun || json.charAt(0) != '"') {
      return Step.BROKEN;
    }
    name = scanner.string();
    begun = out.begin(name);
    out.arguments(begun ? early : "");
    return begun ? Step.ON : Step.BROKEN;
  }

  private Step endObject(SymbolBuffer in, CallWriter out) {
    if (!begun) {
      return Step.BROKEN;
    }
    in.take();
    if (!hasArguments) {
      out.arguments("{}");
    }
    out.end();
    anyCall = true;
    begun = false;
    hasArguments = false;
    early = "";
    state = State.AFTER_OBJECT;
    return Step.CALL;
  }

  private Step afterObject(SymbolBuffer in, int c) {
    if (inArray) {
      if (c == ']') {
        return take(in, true, State.CLOSE);
      }
      return take(in, c == ',', State.OPEN);
    }
    if (c == '{') {
      state = State.OPEN;
      return Step.ON;
    }
    if (c == ';' || c == ',') {
      return take(in, shape == Shape.STRICT_MEMBERS, State.OPEN);
    }
    state = State.CLOSE;
    return Step.ON;
  }

  private Step close(SymbolBuffer in) {
    if (close.length == 0) {
      return anyCall ? Step.DONE : Step.BROKEN;
    }
    if (!in.skipSpace()) {
      return in.ended() ? Step.DONE : Step.WAIT;
    }
    if (in.isCutIn(close)) {
      in.skipAll();
      return Step.DONE;
    }
    return switch (in.match(close)) {
      case PARTIAL -> Step.WAIT;
      case NO -> Step.DONE;
      case YES -> {
        in.skip(close.length);
        yield Step.DONE;
      }
    };
  }
}
