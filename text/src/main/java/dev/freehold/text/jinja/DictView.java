package dev.freehold.text.jinja;

import java.util.Iterator;

/// What `keys()`, `values()` and `items()` of a mapping return: can be counted and looped over, but
/// not indexed.
record DictView(DictValue dict, Part part) implements Value {
  /// What is seen of each entry.
  enum Part {
    KEYS,
    VALUES,
    ITEMS
  }

  Iterator<Value> iterator(Run run) {
    return dict.entries().stream().map(entry -> see(run, entry)).iterator();
  }

  private Value see(Run run, DictValue.Entry entry) {
    return switch (part) {
      case KEYS -> entry.key();
      case VALUES -> entry.value();
      case ITEMS -> ListValue.tuple(run, entry.key(), entry.value());
    };
  }

  @Override
  public String type() {
    return "view of a mapping";
  }

  @Override
  public int nesting() {
    return dict.nesting() + 1;
  }
}
