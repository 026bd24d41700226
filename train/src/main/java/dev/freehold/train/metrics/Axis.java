package dev.freehold.train.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An axis of a plot: where values lie on it, and its marks.
///
/// @param low the value at `from`
/// @param high the value at `to`; above `low`
record Axis(Scale scale, double low, double high, double from, double to) {
  private static final double MARK_HEIGHT = 28;
  private static final double MARK_WIDTH = 80;
  private static final double[] NICE = {1, 2, 5, 10};

  /// A mark and what it reads.
  record Mark(double value, String label) {}

  Axis {
    if (!(low < high) || (scale == Scale.LOG && !(low > 0))) {
      throw new IllegalArgumentException("axis from %s to %s".formatted(low, high));
    }
  }

  /// An axis over values with a little room; one value alone stands in the middle.
  static Axis around(Scale scale, double low, double high, double from, double to) {
    return switch (scale) {
      case LINEAR -> {
        double room = low < high ? 0.03 * (high - low) : Math.max(Math.abs(low) * 0.1, 1e-9);
        yield new Axis(scale, low - room, high + room, from, to);
      }
      case LOG -> {
        double room = low < high ? Math.pow(high / low, 0.03) : 1.1;
        yield new Axis(scale, low / room, high * room, from, to);
      }
    };
  }

  /// Where a value lies.
  double place(double value) {
    double share =
        switch (scale) {
          case LINEAR -> (value - low) / (high - low);
          case LOG -> Math.log(value / low) / Math.log(high / low);
        };
    return from + share * (to - from);
  }

  /// Round values between the ends.
  List<Mark> marks() {
    return scale == Scale.LOG && high / low > 8 ? byDecades() : evenly();
  }

  /// How many marks have room; upright axes run from the bottom to the top.
  private double room() {
    return Math.max(1, from < to ? (to - from) / MARK_WIDTH : (from - to) / MARK_HEIGHT);
  }

  private List<Mark> evenly() {
    double least = (high - low) / room();
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double step = 10 * power;
    for (double nice : NICE) {
      if (nice * power >= least) {
        step = nice * power;
        break;
      }
    }
    List<Mark> marks = new ArrayList<>();
    long last = (long) Math.floor(high / step);
    for (long i = (long) Math.ceil(low / step); i <= last; i++) {
      marks.add(new Mark(i * step, label(i * step, step, high)));
    }
    return marks;
  }

  private List<Mark> byDecades() {
    int first = (int) Math.floor(Math.log10(low));
    int last = (int) Math.ceil(Math.log10(high));
    int every = Math.max(1, (int) ((last - first) / room()));
    boolean between = last - first <= 4;
    List<Mark> marks = new ArrayList<>();
    for (int decade = first; decade <= last; decade += every) {
      for (double nice : between ? new double[] {1, 2, 5} : new double[] {1}) {
        double value = nice * Math.pow(10, decade);
        if (value >= low && value <= high) {
          marks.add(new Mark(value, label(value, value, value)));
        }
      }
    }
    return marks;
  }

  /// A number with as many digits as the distance to the next one needs.
  ///
  /// @param most the largest number beside it; where that is small or huge, powers of ten are used
  private static String label(double value, double step, double most) {
    if (value == 0) {
      return "0";
    }
    if (most < 1e-2 || most >= 1e9) {
      return String.format(Locale.ROOT, "%.2e", value)
          .replaceFirst("\\.?0*e", "e")
          .replaceFirst("e([+-])0*(\\d)", "e$1$2")
          .replace("e+", "e");
    }
    int digits = Math.clamp((int) Math.ceil(-Math.log10(step) - 1e-9), 0, 9);
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
