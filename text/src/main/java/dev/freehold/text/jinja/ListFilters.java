package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Filters on lists and other values that can be looped over.
final class ListFilters {
  private static final Text COMMA = Text.trusted(",");

  private ListFilters() {}

  static void addTo(Map<String, Filters.Body> filters) {
    selecting(filters);
    ordering(filters);
    reducing(filters);
    Filters.add(filters, "list", (run, s, a) -> ListValue.list(run, Operators.toList(run, s)));
    Filters.add(
        filters,
        "join",
        (run, subject, a) -> {
          List<Value> items = Operators.toList(run, subject);
          return Printing.join(
              run,
              Printing.text(run, a.value(0, Text.EMPTY)).asMarkup(false),
              a.has(1) ? attributes(run, items, a.value(1)) : items);
        },
        "d?",
        "attribute?");
    Filters.add(filters, "batch", ListFilters::batch, "linecount", "fill_with?");
    Filters.add(filters, "slice", ListFilters::slice, "slices", "fill_with?");
    Filters.add(
        filters, "groupby", ListFilters::groupBy, "attribute", "default?", "case_sensitive?");
  }

  private static List<Value> attributes(Run run, List<Value> items, Value path) {
    List<Value> values = new ArrayList<>();
    for (Value item : items) {
      run.allocate(Run.ELEMENT);
      values.add(Attributes.path(run, item, path));
    }
    return values;
  }

  private static void selecting(Map<String, Filters.Body> filters) {
    filters.put("map", ListFilters::map);
    filters.put("select", (run, s, a) -> select(run, "select", s, a, true, false));
    filters.put("reject", (run, s, a) -> select(run, "reject", s, a, false, false));
    filters.put("selectattr", (run, s, a) -> select(run, "selectattr", s, a, true, true));
    filters.put("rejectattr", (run, s, a) -> select(run, "rejectattr", s, a, false, true));
    Filters.add(
        filters,
        "first",
        (run, subject, a) -> {
          Iterator<Value> items = Operators.iterate(run, subject);
          return items.hasNext() ? items.next() : new Undefined("there is no first item");
        });
    Filters.add(filters, "last", ListFilters::last);
    Filters.add(filters, "unique", ListFilters::unique, "case_sensitive?", "attribute?");
  }

  private static Value map(Run run, Value subject, Arguments arguments) {
    if (!Operators.truth(run, subject)) {
      return new Generator(run, "map", subject, Collections.emptyIterator());
    }
    Function<Value, Value> change;
    if (arguments.positional().isEmpty()) {
      Bound bound =
          Signature.of("map", "attribute", "default?")
              .bind(run, new Arguments(List.of(), arguments.named()));
      change =
          item -> {
            Value value = Attributes.path(run, item, bound.value(0));
            return value instanceof Undefined && bound.has(1) ? bound.value(1) : value;
          };
    } else {
      String name = name(run, "map", arguments.positional().getFirst());
      Arguments rest = arguments.dropFirst(1);
      change = item -> Filters.apply(run, name, item, rest);
    }
    Iterator<Value> items = Operators.iterate(run, subject);
    return new Generator(
        run,
        "map",
        subject,
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return items.hasNext();
          }

          @Override
          public Value next() {
            run.step();
            return change.apply(items.next());
          }
        });
  }

  private static String name(Run run, String filter, Value value) {
    if (value instanceof Text text) {
      return text.chars();
    }
    throw run.error(filter + " needs a name, found " + Operators.describe(value));
  }

  private static Value select(
      Run run,
      String filter,
      Value subject,
      Arguments arguments,
      boolean wanted,
      boolean attribute) {
    if (!Operators.truth(run, subject)) {
      return new Generator(run, filter, subject, Collections.emptyIterator());
    }
    int used = attribute ? 1 : 0;
    List<Value> given = arguments.positional();
    if (given.size() < used) {
      throw run.error(filter + " needs the name of an attribute");
    }
    boolean hasTest = given.size() > used;
    String test = hasTest ? name(run, filter, given.get(used)) : "";
    Arguments rest = hasTest ? arguments.dropFirst(used + 1) : Arguments.NONE;
    Predicate<Value> keep =
        item -> {
          run.step();
          Value tested = attribute ? Attributes.path(run, item, given.getFirst()) : item;
          boolean holds =
              hasTest ? Tests.holds(run, test, tested, rest) : Operators.truth(run, tested);
          return holds == wanted;
        };
    return new Generator(run, filter, subject, new Selected(Operators.iterate(run, subject), keep));
  }

  static final class Selected implements Iterator<Value> {
    private final Iterator<Value> items;
    private final Predicate<Value> keep;
    private @Nullable Value next;

    Selected(Iterator<Value> items, Predicate<Value> keep) {
      this.items = items;
      this.keep = keep;
    }

    @Override
    public boolean hasNext() {
      while (next == null && items.hasNext()) {
        Value item = items.next();
        next = keep.test(item) ? item : null;
      }
      return next != null;
    }

    @Override
    public Value next() {
      Value found = hasNext() ? next : null;
      if (found == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return found;
    }
  }

  private static Value last(Run run, Value subject, Bound arguments) {
    if (subject instanceof Generator || !Operators.isIterable(subject)) {
      throw run.error("the filter last cannot begin at the end of a " + subject.type());
    }
    List<Value> items = Operators.toList(run, subject);
    return items.isEmpty() ? new Undefined("there is no last item") : items.getLast();
  }

  private static Value unique(Run run, Value subject, Bound arguments) {
    Set<Object> seen = new HashSet<>();
    Iterator<Value> items = Operators.iterate(run, subject);
    Predicate<Value> keep =
        item -> {
          run.allocate(2L * Run.ELEMENT);
          return seen.add(DictValue.hashable(run, key(run, item, arguments, 1, 0)));
        };
    return new Generator(run, "unique", subject, new Selected(items, keep));
  }

  /// What sorts and groups a value: an attribute if one is named, without case unless asked for.
  private static Value key(Run run, Value item, Bound arguments, int attribute, int caseSensitive) {
    Value value =
        arguments.has(attribute) ? Attributes.path(run, item, arguments.value(attribute)) : item;
    return withoutCase(run, value, arguments.truth(caseSensitive, false));
  }

  private static Value withoutCase(Run run, Value value, boolean caseSensitive) {
    return value instanceof Text text && !caseSensitive ? Casing.apply(run, "lower", text) : value;
  }

  private record Keyed(Value key, Value value) {}

  private static List<Keyed> sorted(
      Run run, List<Value> items, Function<Value, Value> key, boolean reverse) {
    List<Keyed> keyed = new ArrayList<>();
    for (Value item : items) {
      run.allocate(2L * Run.ELEMENT);
      keyed.add(new Keyed(key.apply(item), item));
    }
    Comparator<Keyed> order = (a, b) -> Operators.order(run, a.key, b.key);
    keyed.sort(reverse ? order.reversed() : order);
    return keyed;
  }

  private static List<Value> values(List<Keyed> keyed) {
    List<Value> values = new ArrayList<>();
    keyed.forEach(pair -> values.add(pair.value));
    return values;
  }

  private static void ordering(Map<String, Filters.Body> filters) {
    Filters.add(
        filters,
        "sort",
        (run, subject, a) -> {
          Function<Value, Value> key = item -> sortKey(run, item, a);
          List<Value> items = Operators.toList(run, subject);
          return ListValue.list(run, values(sorted(run, items, key, a.truth(0, false))));
        },
        "reverse?",
        "case_sensitive?",
        "attribute?");
    Filters.add(
        filters,
        "reverse",
        (run, subject, a) -> {
          if (subject instanceof Text text) {
            return Slices.of(run, text, text.codePoints() - 1, -1, -1);
          }
          List<Value> items = new ArrayList<>(Operators.toList(run, subject));
          Collections.reverse(items);
          return new Generator(run, "reverse", subject, items.iterator());
        });
    for (boolean largest : List.of(false, true)) {
      Filters.add(
          filters,
          largest ? "max" : "min",
          (run, subject, a) -> extreme(run, subject, a, largest),
          "case_sensitive?",
          "attribute?");
    }
  }

  /// The key of `sort`: a list, so that equal values need no order; an attribute may name several
  /// with commas between.
  private static Value sortKey(Run run, Value item, Bound arguments) {
    List<Value> keys = new ArrayList<>();
    boolean caseSensitive = arguments.truth(1, false);
    if (!arguments.has(2)) {
      keys.add(withoutCase(run, item, caseSensitive));
    } else if (arguments.value(2) instanceof Text paths) {
      for (Value path : Splitting.split(run, paths, Optional.of(COMMA), -1).items()) {
        keys.add(withoutCase(run, Attributes.path(run, item, path), caseSensitive));
      }
    } else {
      keys.add(key(run, item, arguments, 2, 1));
    }
    return ListValue.list(run, keys);
  }

  private static Value extreme(Run run, Value subject, Bound arguments, boolean largest) {
    Iterator<Value> items = Operators.iterate(run, subject);
    if (!items.hasNext()) {
      return new Undefined("there is no item to choose from");
    }
    Value best = items.next();
    Value bestKey = key(run, best, arguments, 1, 0);
    while (items.hasNext()) {
      Value item = items.next();
      Value key = key(run, item, arguments, 1, 0);
      int order = Operators.order(run, key, bestKey);
      if (largest ? order > 0 : order < 0) {
        best = item;
        bestKey = key;
      }
    }
    return best;
  }

  private static void reducing(Map<String, Filters.Body> filters) {
    Filters.add(
        filters,
        "sum",
        (run, subject, a) -> {
          List<Value> items = Operators.toList(run, subject);
          Value sum = a.value(1, Int.ZERO);
          if (sum instanceof Text) {
            throw run.error("sum cannot add strings: use join");
          }
          for (Value item : a.has(0) ? attributes(run, items, a.value(0)) : items) {
            sum = Arithmetic.apply(run, Expr.Operator.ADD, sum, item);
          }
          return sum;
        },
        "attribute?",
        "start?");
  }

  private static Value batch(Run run, Value subject, Bound arguments) {
    int size = arguments.integer(0);
    List<Value> batches = new ArrayList<>();
    List<Value> batch = new ArrayList<>();
    for (Value item : Operators.toList(run, subject)) {
      if (batch.size() == size) {
        batches.add(ListValue.list(run, batch));
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      fill(run, batch, size, arguments);
      batches.add(ListValue.list(run, batch));
    }
    return new Generator(run, "batch", subject, batches.iterator());
  }

  private static void fill(Run run, List<Value> items, int size, Bound arguments) {
    while (arguments.has(1) && items.size() < size) {
      run.allocate(Run.ELEMENT);
      items.add(arguments.value(1));
    }
  }

  private static Value slice(Run run, Value subject, Bound arguments) {
    int slices = arguments.integer(0);
    if (slices <= 0) {
      throw run.error("slice: the number of slices must be positive, found " + slices);
    }
    List<Value> items = Operators.toList(run, subject);
    List<Value> result = new ArrayList<>();
    int longer = items.size() % slices;
    int start = 0;
    for (int i = 0; i < slices; i++) {
      run.step();
      int end = start + items.size() / slices + (i < longer ? 1 : 0);
      List<Value> slice = new ArrayList<>(items.subList(start, end));
      if (arguments.has(1) && i >= longer) {
        slice.add(arguments.value(1));
      }
      result.add(ListValue.list(run, slice));
      start = end;
    }
    return new Generator(run, "slice", subject, result.iterator());
  }

  private static Value groupBy(Run run, Value subject, Bound arguments) {
    boolean caseSensitive = arguments.truth(2, false);
    Function<Value, Value> attribute =
        item -> {
          Value value = Attributes.path(run, item, arguments.value(0));
          return value instanceof Undefined && arguments.has(1) ? arguments.value(1) : value;
        };
    List<Keyed> keyed =
        sorted(
            run,
            Operators.toList(run, subject),
            item -> withoutCase(run, attribute.apply(item), caseSensitive),
            false);
    List<Value> groups = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= keyed.size(); i++) {
      if (i == keyed.size() || !Operators.equal(run, keyed.get(i).key, keyed.get(start).key)) {
        List<Value> members = values(keyed.subList(start, i));
        Value grouper = attribute.apply(members.getFirst());
        groups.add(
            ListValue.of(
                run, List.of(grouper, ListValue.list(run, members)), ListValue.Kind.GROUP));
        start = i;
      }
    }
    return ListValue.list(run, groups);
  }

  /// The filter `dictsort(case_sensitive=false, by='key', reverse=false)`.
  static Value dictSort(Run run, Value subject, Bound arguments) {
    if (!(Operators.defined(run, subject) instanceof DictValue dict)) {
      throw run.error("dictsort needs a mapping, found " + Operators.describe(subject));
    }
    String by = arguments.text(1, Text.trusted("key")).chars();
    if (!by.equals("key") && !by.equals("value")) {
      throw run.error("dictsort sorts by 'key' or 'value', found '" + by + "'");
    }
    int position = by.equals("key") ? 0 : 1;
    List<Value> items = Operators.toList(run, new DictView(dict, DictView.Part.ITEMS));
    Function<Value, Value> key =
        item ->
            withoutCase(run, ((ListValue) item).items().get(position), arguments.truth(0, false));
    return ListValue.list(run, values(sorted(run, items, key, arguments.truth(2, false))));
  }
}
