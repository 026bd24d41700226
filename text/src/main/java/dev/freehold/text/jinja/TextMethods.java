package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The methods of strings, as Python has them.
final class TextMethods {
  /// A method: its parameters, and what it does with the string.
  private record Method(Signature signature, Body body) {}

  @FunctionalInterface
  private interface Body {
    Value apply(Run run, Text text, Bound arguments);
  }

  private static final Set<String> NOT_SUPPORTED =
      Set.of(
          "encode",
          "expandtabs",
          "format_map",
          "isascii",
          "isidentifier",
          "isprintable",
          "istitle",
          "maketrans",
          "translate");

  private static final Map<String, Method> METHODS = methods();

  private TextMethods() {}

  /// The method of a string bound to it, or nothing; fails for methods of Python that are not here.
  static Optional<Value> find(Run run, Text text, String name) {
    if (NOT_SUPPORTED.contains(name)) {
      throw run.error("the string method '" + name + "' is not available in chat templates");
    }
    if (name.equals("format")) {
      return Optional.of(
          new Builtin(name, (caller, arguments) -> BraceFormat.format(caller, text, arguments)));
    }
    Method method = METHODS.get(name);
    if (method == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Builtin(
            name,
            (caller, arguments) ->
                method.body.apply(caller, text, method.signature.bind(caller, arguments))));
  }

  private static Map<String, Method> methods() {
    Map<String, Method> methods = new HashMap<>();
    stripping(methods);
    splitting(methods);
    searching(methods);
    casing(methods);
    testing(methods);
    padding(methods);
    return Map.copyOf(methods);
  }

  private static void add(
      Map<String, Method> methods, String name, Body body, String... parameters) {
    methods.put(name, new Method(Signature.of(name, parameters), body));
  }

  private static void stripping(Map<String, Method> methods) {
    add(methods, "strip", (run, text, a) -> strip(run, text, a, true, true), "chars?");
    add(methods, "lstrip", (run, text, a) -> strip(run, text, a, true, false), "chars?");
    add(methods, "rstrip", (run, text, a) -> strip(run, text, a, false, true), "chars?");
    add(methods, "removeprefix", (run, text, a) -> without(run, text, a.text(0), true), "prefix");
    add(methods, "removesuffix", (run, text, a) -> without(run, text, a.text(0), false), "suffix");
  }

  private static Text without(Run run, Text text, Text affix, boolean prefix) {
    run.allocate(text.length());
    if (prefix) {
      boolean found = text.chars().startsWith(affix.chars());
      return found ? text.slice(affix.length(), text.length()) : text;
    }
    boolean found = text.chars().endsWith(affix.chars());
    return found ? text.slice(0, text.length() - affix.length()) : text;
  }

  private static Text strip(Run run, Text text, Bound arguments, boolean start, boolean end) {
    return strip(run, text, arguments.has(0) ? arguments.text(0).chars() : null, start, end);
  }

  /// Drops characters of a set, or white space if the set is null, from the ends of a text.
  static Text strip(Run run, Text text, @Nullable String set, boolean start, boolean end) {
    run.allocate(text.length());
    IntPredicate drop =
        set == null
            ? c -> c < 0x10000 && Chars.isSpace((char) c)
            : set.codePoints().boxed().collect(Collectors.toSet())::contains;
    String chars = text.chars();
    int from = 0;
    int to = chars.length();
    while (start && from < to && drop.test(chars.codePointAt(from))) {
      from += Character.charCount(chars.codePointAt(from));
    }
    while (end && to > from && drop.test(chars.codePointBefore(to))) {
      to -= Character.charCount(chars.codePointBefore(to));
    }
    return text.slice(from, to);
  }

  private static void splitting(Map<String, Method> methods) {
    add(
        methods,
        "split",
        (run, text, a) -> Splitting.split(run, text, separator(run, a), a.integer(1, -1)),
        "sep?",
        "maxsplit?");
    add(
        methods,
        "rsplit",
        (run, text, a) -> Splitting.splitFromEnd(run, text, separator(run, a), a.integer(1, -1)),
        "sep?",
        "maxsplit?");
    add(
        methods,
        "splitlines",
        (run, text, a) -> ListValue.list(run, Splitting.lines(run, text, a.truth(0, false))),
        "keepends?");
    add(
        methods,
        "partition",
        (run, text, a) -> Splitting.partition(run, text, nonEmpty(run, a.text(0)), false),
        "sep");
    add(
        methods,
        "rpartition",
        (run, text, a) -> Splitting.partition(run, text, nonEmpty(run, a.text(0)), true),
        "sep");
    add(
        methods,
        "join",
        (run, text, a) -> {
          List<Value> items = Operators.toList(run, a.value(0));
          for (Value item : items) {
            if (!(item instanceof Text)) {
              Operators.defined(run, item);
              throw run.error("join: expected strings, found " + Operators.describe(item));
            }
          }
          return Printing.join(run, text, items);
        },
        "values");
  }

  private static Optional<Text> separator(Run run, Bound arguments) {
    return arguments.has(0) ? Optional.of(nonEmpty(run, arguments.text(0))) : Optional.empty();
  }

  private static Text nonEmpty(Run run, Text separator) {
    if (separator.isEmpty()) {
      throw run.error("the separator to split at is empty");
    }
    return separator;
  }

  private static void searching(Map<String, Method> methods) {
    add(methods, "startswith", (run, text, a) -> affix(run, text, a, true), "prefix", "start?");
    add(methods, "endswith", (run, text, a) -> affix(run, text, a, false), "suffix");
    add(methods, "find", (run, text, a) -> Int.of(find(run, text, a, false)), "sub", "start?");
    add(methods, "rfind", (run, text, a) -> Int.of(find(run, text, a, true)), "sub");
    add(methods, "index", (run, text, a) -> Int.of(index(run, text, a, false)), "sub", "start?");
    add(methods, "rindex", (run, text, a) -> Int.of(index(run, text, a, true)), "sub");
    add(
        methods,
        "count",
        (run, text, a) -> Int.of(Splitting.count(run, text, a.text(0).chars())),
        "sub");
    add(
        methods,
        "replace",
        (run, text, a) -> Splitting.replace(run, text, a.text(0), a.text(1), a.integer(2, -1)),
        "old",
        "new",
        "count?");
  }

  private static Bool affix(Run run, Text text, Bound arguments, boolean prefix) {
    List<Value> affixes =
        arguments.value(0) instanceof ListValue list && list.isTuple()
            ? list.items()
            : List.of(arguments.text(0));
    int start = prefix ? startOffset(run, text, arguments) : 0;
    for (Value affix : affixes) {
      if (!(affix instanceof Text part)) {
        throw run.error("expected strings to compare with, found " + Operators.describe(affix));
      }
      run.work(part.length());
      boolean found =
          prefix
              ? text.chars().startsWith(part.chars(), start)
              : text.chars().endsWith(part.chars());
      if (found) {
        return Bool.TRUE;
      }
    }
    return Bool.FALSE;
  }

  /// The offset of the argument `start`, counted from the end when negative.
  private static int startOffset(Run run, Text text, Bound arguments) {
    if (!arguments.has(1)) {
      return 0;
    }
    int size = text.codePoints();
    long start = arguments.integer(1);
    return start > size
        ? text.length() + 1
        : text.offset(run, (int) Math.max(0, start < 0 ? start + size : start));
  }

  private static int find(Run run, Text text, Bound arguments, boolean last) {
    String part = arguments.text(0).chars();
    int found;
    if (last) {
      found = Splitting.lastIndexOf(run, text.chars(), part, text.length());
    } else {
      int start = startOffset(run, text, arguments);
      found = start > text.length() ? -1 : new Search(run, part).in(text.chars(), start);
    }
    return found < 0 ? -1 : text.chars().codePointCount(0, found);
  }

  private static int index(Run run, Text text, Bound arguments, boolean last) {
    int found = find(run, text, arguments, last);
    if (found < 0) {
      throw run.error("the string to find is not in the string");
    }
    return found;
  }

  private static void casing(Map<String, Method> methods) {
    for (String name : List.of("upper", "lower", "casefold", "capitalize", "title", "swapcase")) {
      add(methods, name, (run, text, a) -> Casing.apply(run, name, text));
    }
  }

  private static void testing(Map<String, Method> methods) {
    addTest(methods, "isdigit", Chars::isDigit);
    addTest(methods, "isdecimal", Chars::isDigit);
    addTest(methods, "isnumeric", Chars::isNumeric);
    addTest(methods, "isalpha", Chars::isLetter);
    addTest(methods, "isalnum", c -> Chars.isLetter(c) || Chars.isNumeric(c));
    addTest(methods, "isspace", c -> c < 0x10000 && Chars.isSpace((char) c));
    add(methods, "isupper", (run, text, a) -> Bool.of(Casing.isUpper(run, text)));
    add(methods, "islower", (run, text, a) -> Bool.of(Casing.isLower(run, text)));
  }

  private static void addTest(Map<String, Method> methods, String name, IntPredicate test) {
    add(
        methods,
        name,
        (run, text, a) -> {
          run.work(4L * text.length());
          return Bool.of(!text.isEmpty() && text.chars().codePoints().allMatch(test));
        });
  }

  private static void padding(Map<String, Method> methods) {
    add(
        methods,
        "ljust",
        (run, text, a) -> pad(run, text, a.integer(0), a.text(1, Text.trusted(" ")), 0),
        "width",
        "fillchar?");
    add(
        methods,
        "rjust",
        (run, text, a) -> pad(run, text, a.integer(0), a.text(1, Text.trusted(" ")), 2),
        "width",
        "fillchar?");
    add(
        methods,
        "center",
        (run, text, a) -> pad(run, text, a.integer(0), a.text(1, Text.trusted(" ")), 1),
        "width",
        "fillchar?");
    add(methods, "zfill", (run, text, a) -> zeroFill(run, text, a.integer(0)), "width");
  }

  /// Fills a text up to a width; `side` halves of the filling go to its left.
  static Text pad(Run run, Text text, int width, Text fill, int side) {
    if (fill.codePoints() != 1) {
      throw run.error("the fill character must be one character");
    }
    int missing = width - text.codePoints();
    if (missing <= 0) {
      return text;
    }
    run.allocate((long) missing * fill.length() + text.length());
    int before = side == 1 ? missing / 2 + (missing & width & 1) : side == 0 ? 0 : missing;
    TextBuilder out = new TextBuilder();
    out.append(fill.chars().repeat(before), fill.isTrusted());
    out.append(text);
    out.append(fill.chars().repeat(missing - before), fill.isTrusted());
    return out.build().asMarkup(text.isMarkup());
  }

  private static Text zeroFill(Run run, Text text, int width) {
    String chars = text.chars();
    boolean signed = chars.startsWith("-") || chars.startsWith("+");
    Text digits = text.slice(signed ? 1 : 0, text.length());
    Text filled = pad(run, digits, width - (signed ? 1 : 0), Text.trusted("0"), 2);
    return signed ? Text.concat(run, text.slice(0, 1), filled) : filled;
  }
}
