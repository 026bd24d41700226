package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.Real;
import dev.freehold.text.jinja.Value.Undefined;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The filters of templates, by name; those on lists are in [ListFilters].
final class Filters {
  /// What a filter does with its subject.
  @FunctionalInterface
  interface Body {
    Value apply(Run run, Value subject, Arguments arguments);
  }

  /// What a filter with named parameters does with its subject.
  @FunctionalInterface
  interface BoundBody {
    Value apply(Run run, Value subject, Bound arguments);
  }

  private static final Map<String, Body> FILTERS = filters();

  private Filters() {}

  static Value apply(Run run, String name, Value subject, Arguments arguments) {
    Body filter = FILTERS.get(name);
    if (filter == null) {
      throw run.error("there is no filter called '" + name + "' in chat templates");
    }
    return filter.apply(run, subject, arguments);
  }

  static boolean exists(String name) {
    return FILTERS.containsKey(name);
  }

  private static Map<String, Body> filters() {
    Map<String, Body> filters = new HashMap<>();
    strings(filters);
    longerStrings(filters);
    numbers(filters);
    values(filters);
    ListFilters.addTo(filters);
    return Map.copyOf(filters);
  }

  static void add(Map<String, Body> filters, String name, BoundBody body, String... parameters) {
    Signature signature = Signature.of(name, parameters);
    filters.put(
        name,
        (run, subject, arguments) -> body.apply(run, subject, signature.bind(run, arguments)));
  }

  /// The subject as a string that keeps being safe if it was marked so.
  private static Text soft(Run run, Value subject) {
    return Printing.text(run, subject);
  }

  private static void strings(Map<String, Body> filters) {
    for (String name : List.of("upper", "lower", "capitalize")) {
      add(filters, name, (run, subject, a) -> Casing.apply(run, name, soft(run, subject)));
    }
    add(filters, "title", (run, subject, a) -> Casing.titleWords(run, soft(run, subject)));
    add(
        filters,
        "trim",
        (run, subject, a) ->
            TextMethods.strip(
                run, soft(run, subject), a.has(0) ? a.text(0).chars() : null, true, true),
        "chars?");
    add(
        filters,
        "replace",
        (run, subject, a) ->
            Splitting.replace(
                run,
                soft(run, subject).asMarkup(false),
                Printing.text(run, a.value(0)).asMarkup(false),
                Printing.text(run, a.value(1)).asMarkup(false),
                a.integer(2, -1)),
        "old",
        "new",
        "count?");
    add(filters, "string", (run, subject, a) -> soft(run, subject));
    add(filters, "safe", (run, subject, a) -> soft(run, subject).asMarkup(true));
    add(filters, "escape", (run, subject, a) -> Escaping.escape(run, soft(run, subject)));
    add(filters, "e", (run, subject, a) -> Escaping.escape(run, soft(run, subject)));
    add(
        filters,
        "forceescape",
        (run, subject, a) -> Escaping.escape(run, soft(run, subject).asMarkup(false)));
  }

  private static void longerStrings(Map<String, Body> filters) {
    add(
        filters,
        "center",
        (run, subject, a) ->
            TextMethods.pad(run, soft(run, subject), a.integer(0, 80), Text.trusted(" "), 1),
        "width?");
    add(
        filters,
        "indent",
        (run, subject, a) ->
            TextFilters.indent(
                run, subject, a.value(0, Int.of(4)), a.truth(1, false), a.truth(2, false)),
        "width?",
        "first?",
        "blank?");
    add(filters, "truncate", TextFilters::truncate, "length?", "killwords?", "end?", "leeway?");
    add(
        filters,
        "wordcount",
        (run, subject, a) -> Int.of(TextFilters.wordCount(run, soft(run, subject))));
    filters.put("format", TextFilters::format);
    filters.put("tojson", JsonText::write);
  }

  private static void numbers(Map<String, Body> filters) {
    add(
        filters,
        "int",
        (run, subject, a) ->
            Conversions.toInteger(run, subject, a.value(0, Int.ZERO), a.integer(1, 10)),
        "default?",
        "base?");
    add(
        filters,
        "float",
        (run, subject, a) -> Conversions.toReal(run, subject, a.value(0, new Real(0))),
        "default?");
    add(
        filters,
        "round",
        (run, subject, a) ->
            Conversions.round(
                run, subject, a.integer(0, 0), a.text(1, Text.trusted("common")).chars()),
        "precision?",
        "method?");
    add(
        filters,
        "abs",
        (run, subject, a) ->
            switch (Operators.defined(run, subject)) {
              case Real real -> new Real(Math.abs(real.value()));
              case Value whole when Operators.asInteger(whole).isPresent() ->
                  new Int(Operators.asInteger(whole).orElseThrow().abs());
              default -> throw run.error(Operators.describe(subject) + " has no absolute value");
            });
  }

  private static void values(Map<String, Body> filters) {
    for (String name : List.of("default", "d")) {
      add(
          filters,
          name,
          (run, subject, a) -> {
            boolean replaced =
                subject instanceof Undefined
                    || (a.truth(1, false) && !Operators.truth(run, subject));
            return replaced ? a.value(0, Text.EMPTY) : subject;
          },
          "default_value?",
          "boolean?");
    }
    for (String name : List.of("length", "count")) {
      add(filters, name, (run, subject, a) -> Int.of(Operators.length(run, subject)));
    }
    add(
        filters,
        "items",
        (run, subject, a) ->
            switch (subject) {
              case DictValue dict ->
                  new Generator(
                      run, "items", dict, new DictView(dict, DictView.Part.ITEMS).iterator(run));
              case Undefined undefined ->
                  new Generator(run, "items", undefined, List.<Value>of().iterator());
              default ->
                  throw run.error(
                      "the filter items needs a mapping, found " + Operators.describe(subject));
            });
    add(filters, "dictsort", ListFilters::dictSort, "case_sensitive?", "by?", "reverse?");
  }
}
