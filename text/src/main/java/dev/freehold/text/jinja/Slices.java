package dev.freehold.text.jinja;

import java.util.ArrayList;
import java.util.List;

/// Parts of strings and lists at regular steps.
final class Slices {
  private Slices() {}

  /// The elements at `from`, `from + step`, ... before `to`, which lie inside.
  static Value of(Run run, Value object, int from, int to, int step) {
    if (object instanceof Text text) {
      return text(run, text, from, to, step);
    }
    List<Value> items = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      run.allocate(Run.ELEMENT);
      items.add(
          switch (object) {
            case ListValue list -> list.items().get((int) i);
            case Value.Range range -> range.at((int) i);
            default -> throw run.error("a " + object.type() + " cannot be sliced");
          });
    }
    boolean tuple = object instanceof ListValue list && list.isTuple();
    return ListValue.of(run, items, tuple ? ListValue.Kind.TUPLE : ListValue.Kind.LIST);
  }

  private static Text text(Run run, Text text, int from, int to, int step) {
    if (step == 1) {
      if (from >= to) {
        return text.slice(0, 0);
      }
      run.allocate((long) to - from);
      return text.slice(text.offset(run, from), text.offset(run, to));
    }
    run.allocate(5L * text.length());
    int[] starts = new int[text.codePoints() + 1];
    int count = 0;
    for (int at = 0; at < text.length(); count++) {
      starts[count] = at;
      at += Character.charCount(text.chars().codePointAt(at));
    }
    starts[count] = text.length();
    TextBuilder out = new TextBuilder();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      out.append(text, starts[(int) i], starts[(int) i + 1]);
    }
    return out.build().asMarkup(text.isMarkup());
  }
}
