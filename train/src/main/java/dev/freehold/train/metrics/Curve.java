package dev.freehold.train.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A line through values by step, thinned to what can be seen.
///
/// In each strip of a given width only its first, lowest, highest and last value are drawn, so that
/// a line has at most four points in a strip and no peak is lost.
record Curve(List<Value> values) {
  private static final double STRIP = 1;

  /// A value at a step.
  record Value(long step, double value) {}

  Curve {
    values = List.copyOf(values);
  }

  /// Exponential mean: `s += (value - s) / span`. Early on the span is a tenth of the values so
  /// far, so that the fall at the beginning is followed.
  Curve smoothed(int span) {
    List<Value> smooth = new ArrayList<>(values.size());
    double mean = 0;
    for (Value value : values) {
      double over = Math.clamp(smooth.size() / 10.0, 1, span);
      mean += (value.value() - mean) / over;
      smooth.add(new Value(value.step(), mean));
    }
    return new Curve(smooth);
  }

  /// The `d` of an SVG path.
  String path(Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    for (Value value : thinned(x)) {
      path.append(path.isEmpty() ? 'M' : 'L')
          .append(number(x.place(value.step())))
          .append(' ')
          .append(number(y.place(value.value())));
    }
    return values.size() == 1 ? path + "h0" : path.toString();
  }

  /// What is drawn of the values.
  List<Value> thinned(Axis x) {
    List<Value> kept = new ArrayList<>();
    int from = 0;
    while (from < values.size()) {
      long strip = strip(x, from);
      int lowest = from;
      int highest = from;
      int to = from + 1;
      while (to < values.size() && strip(x, to) == strip) {
        lowest = values.get(to).value() < values.get(lowest).value() ? to : lowest;
        highest = values.get(to).value() > values.get(highest).value() ? to : highest;
        to++;
      }
      int last = -1;
      for (int each :
          new int[] {from, Math.min(lowest, highest), Math.max(lowest, highest), to - 1}) {
        if (each > last) {
          kept.add(values.get(each));
          last = each;
        }
      }
      from = to;
    }
    return kept;
  }

  private long strip(Axis x, int index) {
    return (long) Math.floor(x.place(values.get(index).step()) / STRIP);
  }

  /// A coordinate with one digit after the point.
  static String number(double coordinate) {
    String text = String.format(Locale.ROOT, "%.1f", coordinate);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
