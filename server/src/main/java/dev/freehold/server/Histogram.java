package dev.freehold.server;

import java.util.Arrays;
import java.util.Locale;

/// Counts of values by size, in the shape that Prometheus graphs.
final class Histogram {
  private final double[] bounds;
  private final long[] counts;
  private double sum;
  private long total;

  /// @param bounds upper ends, ascending; one without end follows
  Histogram(double... bounds) {
    this.bounds = bounds.clone();
    this.counts = new long[bounds.length + 1];
  }

  void add(double value) {
    add(value, 1);
  }

  synchronized void add(double value, long times) {
    int index = Arrays.binarySearch(bounds, value);
    counts[index >= 0 ? index : -index - 1] += times;
    sum += value * times;
    total += times;
  }

  /// Writes the histogram.
  ///
  /// @param labels of the series, as `model_name="x"`
  synchronized void write(StringBuilder out, String name, String labels) {
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      below += counts[i];
      String bound = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
      out.append("%s_bucket{%s,le=\"%s\"} %d\n".formatted(name, labels, bound, below));
    }
    out.append(String.format(Locale.ROOT, "%s_sum{%s} %s\n", name, labels, sum));
    out.append("%s_count{%s} %d\n".formatted(name, labels, total));
  }
}
