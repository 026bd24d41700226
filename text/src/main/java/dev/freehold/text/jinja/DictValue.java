package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.None;
import dev.freehold.text.jinja.Value.Real;
import dev.freehold.text.jinja.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An immutable mapping that keeps the order of its keys and, as Python's, takes `1`, `1.0` and
/// `true` for the same key.
final class DictValue implements Value {
  /// A key as it was first written, and its value.
  record Entry(Value key, Value value) {}

  private static final Object UNDEFINED_KEY = new Object();

  private final Map<Object, Entry> entries;
  private final int nesting;

  private DictValue(Map<Object, Entry> entries, int nesting) {
    this.entries = entries;
    this.nesting = nesting;
  }

  /// Gathers entries into a mapping; a key that comes again takes the later value.
  static final class Builder {
    private final Run run;
    private final Map<Object, Entry> entries = new LinkedHashMap<>();
    private int deepest;

    Builder(Run run) {
      this.run = run;
    }

    Builder put(Value key, Value value) {
      run.allocate(3L * Run.ELEMENT);
      Object hashed = hashable(run, key);
      Entry old = entries.get(hashed);
      entries.put(hashed, new Entry(old == null ? key : old.key(), value));
      deepest = Math.max(deepest, Math.max(key.nesting(), value.nesting()));
      return this;
    }

    Builder putAll(DictValue other) {
      other.entries().forEach(entry -> put(entry.key(), entry.value()));
      return this;
    }

    DictValue build() {
      return new DictValue(entries, run.checkNesting(deepest + 1));
    }
  }

  int size() {
    return entries.size();
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  @Nullable Value get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  /// The value of a key, or null; fails for a key that cannot be hashed.
  @Nullable Value get(Run run, Value key) {
    Entry entry = entries.get(hashable(run, key));
    return entry == null ? null : entry.value();
  }

  /// What stands for a key in a hash table: equal exactly when Python calls the keys equal.
  static Object hashable(Run run, Value key) {
    return switch (key) {
      case Text text -> text.chars();
      case Int number -> number.value();
      case Bool bool -> BigInteger.valueOf(bool.number());
      case Real real -> hashable(real.value());
      case None none -> none;
      case Undefined undefined -> UNDEFINED_KEY;
      case ListValue list when list.isTuple() -> {
        List<Object> parts = new ArrayList<>();
        run.allocate((long) Run.ELEMENT * list.size());
        list.items().forEach(item -> parts.add(hashable(run, item)));
        yield parts;
      }
      case ListValue list -> throw run.error("a list cannot be a key of a mapping");
      case DictValue dict -> throw run.error("a mapping cannot be a key of a mapping");
      case DictView view -> throw run.error("a " + view.type() + " cannot be a key of a mapping");
      case Range range -> range;
      case Generator generator -> generator;
      case Namespace namespace -> namespace;
      case Callable callable -> callable;
    };
  }

  private static Object hashable(double value) {
    boolean integral = value == Math.rint(value) && !Double.isInfinite(value);
    return integral ? new BigDecimal(value).toBigInteger() : (Object) value;
  }

  static boolean isHashable(Value value) {
    return switch (value) {
      case ListValue list ->
          list.isTuple() && list.items().stream().allMatch(DictValue::isHashable);
      case DictValue dict -> false;
      case DictView view -> false;
      default -> true;
    };
  }

  @Override
  public String type() {
    return "mapping";
  }

  @Override
  public int nesting() {
    return nesting;
  }
}
