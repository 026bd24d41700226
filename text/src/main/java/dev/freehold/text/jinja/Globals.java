package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Range;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The functions that every template can call.
final class Globals {
  /// The longest range of jinja2's sandbox.
  private static final int MAX_RANGE = 100_000;

  private static final int MAX_MESSAGE = 10_000;

  private static final Map<String, Value> FUNCTIONS = functions();

  private Globals() {}

  static Map<String, Value> all() {
    return FUNCTIONS;
  }

  private static Map<String, Value> functions() {
    Map<String, Value> functions = new HashMap<>();
    add(functions, "range", Globals::range);
    add(functions, "namespace", Globals::namespace);
    add(functions, "dict", Globals::dict);
    add(functions, "cycler", (run, arguments) -> new Cycler(run, arguments.positional()));
    Signature joiner = Signature.of("joiner", "sep?");
    add(
        functions,
        "joiner",
        (run, arguments) -> {
          run.allocate(2L * Run.ELEMENT);
          return new Joiner(joiner.bind(run, arguments).text(0, Text.trusted(", ")));
        });
    Signature refusal = Signature.of("raise_exception", "message");
    add(
        functions,
        "raise_exception",
        (run, arguments) -> {
          Value message = refusal.bind(run, arguments).value(0);
          throw run.error(shortened(Printing.text(run, message).chars()));
        });
    Signature time = Signature.of("strftime_now", "format");
    add(
        functions,
        "strftime_now",
        (run, arguments) -> {
          Text format = time.bind(run, arguments).text(0);
          run.allocate(32L * format.length());
          run.work(4000L * format.length());
          return TimeFormat.format(run, format);
        });
    return Map.copyOf(functions);
  }

  private static String shortened(String message) {
    return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "…" : message;
  }

  private static void add(Map<String, Value> functions, String name, Builtin.Body body) {
    functions.put(name, new Builtin(name, body));
  }

  private static Value range(Run run, Arguments arguments) {
    List<Value> given = arguments.positional();
    if (given.isEmpty() || given.size() > 3 || !arguments.named().isEmpty()) {
      throw run.error("range takes one to three integers");
    }
    long start = given.size() == 1 ? 0 : integer(run, given.get(0));
    long stop = integer(run, given.get(given.size() == 1 ? 0 : 1));
    long step = given.size() < 3 ? 1 : integer(run, given.get(2));
    if (step == 0) {
      throw run.error("the step of a range cannot be zero");
    }
    long size = step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
    if (size > MAX_RANGE) {
      throw run.error(
          "a range has %d elements; templates may have at most %d".formatted(size, MAX_RANGE));
    }
    return new Range(start, step, (int) Math.max(0, size));
  }

  private static long integer(Run run, Value value) {
    Operators.defined(run, value);
    return Operators.asInteger(value)
        .map(Arithmetic::clamp)
        .orElseThrow(() -> run.error("range needs integers, found " + Operators.describe(value)));
  }

  private static Value namespace(Run run, Arguments arguments) {
    Namespace namespace = new Namespace();
    for (DictValue.Entry entry : ((DictValue) dict(run, arguments)).entries()) {
      if (!(entry.key() instanceof Text name)) {
        throw run.error("the fields of a namespace have names");
      }
      namespace.set(run, name.chars(), entry.value());
    }
    return namespace;
  }

  private static Value dict(Run run, Arguments arguments) {
    if (arguments.positional().size() > 1) {
      throw run.error("at most one mapping or list of pairs can be given");
    }
    DictValue.Builder dict = new DictValue.Builder(run);
    for (Value value : arguments.positional()) {
      if (value instanceof DictValue other) {
        dict.putAll(other);
        continue;
      }
      for (Value pair : Operators.toList(run, value)) {
        List<Value> both = Operators.toList(run, pair);
        if (both.size() != 2) {
          throw run.error("a mapping is made of pairs, found " + both.size() + " values");
        }
        dict.put(both.get(0), both.get(1));
      }
    }
    arguments.named().forEach((name, value) -> dict.put(Text.trusted(name), value));
    return dict.build();
  }
}
