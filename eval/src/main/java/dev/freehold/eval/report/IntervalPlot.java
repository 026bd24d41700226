package dev.freehold.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Draws values with their intervals, one under the other, as an SVG image without scripts or
/// references; it follows the reader's choice of light or dark.
final class IntervalPlot {
  /// As many series as there are colours.
  static final int MOST_SERIES = 8;

  private static final int WIDTH = 960;
  private static final int LEFT = 210;
  private static final int RIGHT = 790;
  private static final int TOP = 40;
  private static final int MARK = 18;
  private static final int GAP = 8;
  private static final int BOTTOM = 34;
  private static final int MOST_LABEL = 28;
  private static final int STEPS = 5;

  static final List<String> LIGHT =
      List.of(
          "#1f6feb", "#c4500c", "#1a7f37", "#8250df", "#bf3989", "#0b7a85", "#8a6100", "#57606a");

  static final List<String> DARK =
      List.of(
          "#6cb0ff", "#ff9d5c", "#56d364", "#c297ff", "#ff80c8", "#4fd1db", "#e3b341", "#a8b1bb");

  private final String title;
  private final double from;
  private final double to;
  private final String unit;
  private final List<Row> rows = new ArrayList<>();
  private final List<Double> lines = new ArrayList<>();

  /// A value and the interval around it.
  ///
  /// @param series which colour it has
  /// @param text the figures, at the right
  record Mark(int series, double low, double value, double high, String text) {}

  private record Row(String label, List<Mark> marks) {}

  /// @param from the axis's left end, in the values' unit
  /// @param unit stands behind the numbers of the axis
  IntervalPlot(String title, double from, double to, String unit) {
    this.title = title;
    this.from = from;
    this.to = to > from ? to : from + 1;
    this.unit = unit;
  }

  IntervalPlot row(String label, List<Mark> marks) {
    rows.add(new Row(label, List.copyOf(marks)));
    return this;
  }

  /// A line through all rows.
  IntervalPlot line(double value) {
    lines.add(value);
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  String svg() {
    int marks = rows.stream().mapToInt(row -> row.marks().size()).sum();
    int bottom = TOP + marks * MARK + rows.size() * GAP;
    StringBuilder out = new StringBuilder();
    out.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
            .formatted(WIDTH, bottom + BOTTOM));
    out.append("<title>%s</title>\n".formatted(Escaped.html(title)));
    out.append("<text class=\"title\" x=\"8\" y=\"22\">%s</text>\n".formatted(Escaped.html(title)));
    grid(out, bottom);
    int y = TOP;
    for (Row row : rows) {
      out.append(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
              .formatted(LEFT - 12, y + MARK / 2 + 8, Escaped.html(row.label(), MOST_LABEL)));
      for (Mark mark : row.marks()) {
        mark(out, mark, y + MARK / 2 + 4);
        y += MARK;
      }
      y += GAP;
    }
    out.append(
        "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n"
            .formatted(LEFT, TOP, RIGHT - LEFT, bottom - TOP));
    return out.append("</svg>\n").toString();
  }

  private void grid(StringBuilder out, int bottom) {
    for (int i = 0; i <= STEPS; i++) {
      double value = from + (to - from) * i / STEPS;
      String x = number(place(value));
      out.append("<path class=\"grid\" d=\"M%s %dV%d\"/>".formatted(x, TOP, bottom));
      out.append(
          "<text class=\"dim\" x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s%s</text>\n"
              .formatted(x, bottom + 20, number(value), Escaped.html(unit)));
    }
    for (double value : lines) {
      if (value >= from && value <= to) {
        out.append(
            "<path class=\"zero\" d=\"M%s %dV%d\"/>\n"
                .formatted(number(place(value)), TOP, bottom));
      }
    }
  }

  private void mark(StringBuilder out, Mark mark, int y) {
    String series = "s" + Math.floorMod(mark.series(), MOST_SERIES);
    out.append(
        "<path class=\"whisker %s\" d=\"M%s %dH%s\"/>"
            .formatted(series, number(place(mark.low())), y, number(place(mark.high()))));
    out.append(
        "<circle class=\"dot %s\" cx=\"%s\" cy=\"%d\" r=\"4\"/>"
            .formatted(series, number(place(mark.value())), y));
    out.append(
        "<text class=\"dim\" x=\"%d\" y=\"%d\">%s</text>\n"
            .formatted(RIGHT + 10, y + 4, Escaped.html(mark.text())));
  }

  private double place(double value) {
    double share = (Math.clamp(value, from, to) - from) / (to - from);
    return LEFT + share * (RIGHT - LEFT);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /// A round number at or above `most`, whose fifths are round too.
  static double roundEnd(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-9) / STEPS)));
    for (double step : new double[] {1, 2, 5, 10}) {
      if (STEPS * step * power >= most) {
        return STEPS * step * power;
      }
    }
    throw new IllegalArgumentException("no end for " + most);
  }

  /// The rules that all plots and the page share.
  static String style() {
    StringBuilder style = new StringBuilder();
    for (int i = 0; i < MOST_SERIES; i++) {
      style.append(
          ".s%1$d{stroke:%2$s}.dot.s%1$d,.key.s%1$d{fill:%2$s;background:%2$s}"
              .formatted(i, LIGHT.get(i)));
    }
    style.append("\n@media(prefers-color-scheme:dark){");
    for (int i = 0; i < MOST_SERIES; i++) {
      style.append(
          ".s%1$d{stroke:%2$s}.dot.s%1$d,.key.s%1$d{fill:%2$s;background:%2$s}"
              .formatted(i, DARK.get(i)));
    }
    return style.append("}\n").toString();
  }
}
