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
    if (object instanceof Value.Range range) {
      return range(range, from, to, step);
    }
    if (object instanceof ListValue list && step == 1) {
      return list.slice(run, from, to);
    }
    List<Value> items = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      run.allocate(Run.ELEMENT);
      items.add(
          switch (object) {
            case ListValue list -> list.items().get((int) i);
            default -> throw run.error("a " + object.type() + " cannot be sliced");
          });
    }
    boolean tuple = object instanceof ListValue list && list.isTuple();
    return ListValue.of(run, items, tuple ? ListValue.Kind.TUPLE : ListValue.Kind.LIST);
  }

  private static Value.Range range(Value.Range range, int from, int to, int step) {
    long span = step > 0 ? (long) to - from : (long) from - to;
    long width = Math.abs((long) step);
    int size = span <= 0 ? 0 : (int) ((span + width - 1) / width);
    return new Value.Range(range.start() + range.step() * from, range.step() * step, size);
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
