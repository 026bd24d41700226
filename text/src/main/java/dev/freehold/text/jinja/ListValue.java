package dev.freehold.text.jinja;

import java.util.ArrayList;
import java.util.List;

/// An immutable list or tuple.
final class ListValue implements Value {
  /// What Python would call it; a group is the pair that the filter `groupby` makes.
  enum Kind {
    LIST,
    TUPLE,
    GROUP
  }

  static final ListValue EMPTY = new ListValue(List.of(), Kind.LIST, 1);

  private final List<Value> items;
  private final Kind kind;
  private final int nesting;

  private ListValue(List<Value> items, Kind kind, int nesting) {
    this.items = items;
    this.kind = kind;
    this.nesting = nesting;
  }

  /// Takes the list over; the caller must not change it afterwards.
  static ListValue of(Run run, List<Value> items, Kind kind) {
    run.allocate((long) Run.ELEMENT * (items.size() + 1));
    int deepest = 0;
    for (Value item : items) {
      deepest = Math.max(deepest, item.nesting());
    }
    return new ListValue(items, kind, run.checkNesting(deepest + 1));
  }

  static ListValue list(Run run, List<Value> items) {
    return of(run, items, Kind.LIST);
  }

  static ListValue tuple(Run run, Value... items) {
    return of(run, List.of(items), Kind.TUPLE);
  }

  /// The elements; not to be changed.
  List<Value> items() {
    return items;
  }

  int size() {
    return items.size();
  }

  boolean isTuple() {
    return kind != Kind.LIST;
  }

  Kind kind() {
    return kind;
  }

  /// The elements `[from, to)`, seen in place.
  ListValue slice(Run run, int from, int to) {
    run.allocate(2L * Run.ELEMENT);
    Kind sliced = isTuple() ? Kind.TUPLE : Kind.LIST;
    return new ListValue(from < to ? items.subList(from, to) : List.of(), sliced, nesting);
  }

  /// This list and another of the same kind, joined.
  ListValue plus(Run run, ListValue other) {
    run.allocate((long) Run.ELEMENT * (size() + other.size()));
    List<Value> both = new ArrayList<>(size() + other.size());
    both.addAll(items);
    both.addAll(other.items);
    return of(run, both, isTuple() ? Kind.TUPLE : Kind.LIST);
  }

  @Override
  public String type() {
    return isTuple() ? "tuple" : "list";
  }

  @Override
  public int nesting() {
    return nesting;
  }
}
