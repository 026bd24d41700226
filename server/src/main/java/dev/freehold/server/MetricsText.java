package dev.freehold.server;

import java.util.LinkedHashMap;
import java.util.Map;

/// Figures as Prometheus reads them: families of series, each with its type.
final class MetricsText {
  private final Map<String, StringBuilder> families = new LinkedHashMap<>();

  private StringBuilder family(String name, String type) {
    return families.computeIfAbsent(
        name, n -> new StringBuilder("# TYPE %s %s\n".formatted(name, type)));
  }

  void counter(String name, String labels, double value) {
    series(family(name, "counter"), name, labels, value);
  }

  void gauge(String name, String labels, double value) {
    series(family(name, "gauge"), name, labels, value);
  }

  void histogram(String name, String labels, Histogram histogram) {
    histogram.write(family(name, "histogram"), name, labels);
  }

  private static void series(StringBuilder out, String name, String labels, double value) {
    String number =
        value == Math.rint(value) && Math.abs(value) < 1e15
            ? Long.toString((long) value)
            : Double.toString(value);
    out.append(name).append(labels.isEmpty() ? "" : "{" + labels + "}");
    out.append(' ').append(number).append('\n');
  }

  /// A label whose value may hold anything.
  static String label(String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return "%s=\"%s\"".formatted(name, escaped);
  }

  @Override
  public String toString() {
    return String.join("", families.values());
  }
}
