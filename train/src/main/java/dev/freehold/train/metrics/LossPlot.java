package dev.freehold.train.metrics;

import dev.freehold.train.TrainException;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;

/// Draws the losses of runs, and below them their learning rates, as one SVG image without scripts
/// or references; it follows the reader's choice of light or dark.
///
/// - Training loss: a thin line as it was, a thick one smoothed ([Curve#smoothed]). Held-out loss:
///   dashed, a ring where it was measured.
/// - The loss axis is logarithmic where losses span more than a factor of ten.
/// - The image's size depends on the number of runs, not on their length ([Curve]). The same
///   metrics give the same bytes.
///
/// Failures: a [TrainException] where a logarithmic axis is asked for and a loss is not positive.
public final class LossPlot {
  /// The most runs in one image: as many as there are colours.
  public static final int MOST_RUNS = 8;

  private static final int WIDTH = 960;
  private static final int LEFT = 76;
  private static final int RIGHT = 936;
  private static final int LEGEND = 56;
  private static final int ROW = 20;
  private static final int LOSS_HEIGHT = 360;
  private static final int RATE_HEIGHT = 100;
  private static final int GAP = 28;
  private static final int EDGE = 5;
  private static final int BOTTOM = 48;
  private static final double LOG_FROM = 10;
  private static final int MOST_RINGS = 80;
  private static final int SPANS = 50;
  private static final int LEAST_SPAN = 10;
  private static final int MOST_NAME = 48;

  private static final String STYLE =
      """
      text{font:13px system-ui,sans-serif;fill:#1f2328}
      .title{font-size:16px;font-weight:600}.dim{fill:#59636e}
      .ground{fill:#fff}.grid{stroke:#d8dee4;stroke-width:1}.frame{stroke:#8c959f;fill:none}
      path{fill:none;stroke-linejoin:round;stroke-linecap:round}
      .raw{stroke-width:1;stroke-opacity:.35}.smooth{stroke-width:2}
      .held{stroke-width:1.5;stroke-dasharray:5 4}.ring{stroke-width:1.5}.rate{stroke-width:1.5}
      """;

  private static final List<String> LIGHT =
      List.of(
          "#1f6feb", "#c4500c", "#1a7f37", "#8250df", "#bf3989", "#0b7a85", "#8a6100", "#57606a");

  private static final List<String> DARK =
      List.of(
          "#6cb0ff", "#ff9d5c", "#56d364", "#c297ff", "#ff80c8", "#4fd1db", "#e3b341", "#a8b1bb");

  private final List<RunMetrics> runs;
  private final OptionalInt span;
  private final Axis steps;
  private final Axis losses;
  private final Axis rates;
  private final StringBuilder out = new StringBuilder();

  /// How the axes are chosen.
  ///
  /// @param loss scale of losses; by what they span where empty
  /// @param steps scale of steps
  /// @param span over how many steps losses are smoothed; a fiftieth of the run where empty
  public record Choice(Optional<Scale> loss, Scale steps, OptionalInt span) {}

  private LossPlot(List<RunMetrics> runs, Choice choice) {
    if (runs.isEmpty() || runs.size() > MOST_RUNS) {
      throw new TrainException(
          "a plot shows 1 to %d runs, %d were asked for".formatted(MOST_RUNS, runs.size()));
    }
    this.runs = List.copyOf(runs);
    this.span = choice.span;
    double top = LEGEND + ROW * (runs.size() + 1);
    DoubleSummaryStatistics range = losses().summaryStatistics();
    double low = range.getMin();
    double high = range.getMax();
    Scale scale = choice.loss.orElse(low > 0 && high / low > LOG_FROM ? Scale.LOG : Scale.LINEAR);
    if (scale == Scale.LOG && !(low > 0)) {
      throw new TrainException(
          "loss axis: a logarithmic one needs losses above 0, the lowest is " + low);
    }
    this.steps = stepAxis(choice.steps);
    this.losses = Axis.around(scale, low, high, top + LOSS_HEIGHT, top);
    double rateTop = top + LOSS_HEIGHT + GAP;
    double most =
        runs.stream()
            .flatMap(run -> run.points().stream())
            .mapToDouble(RunMetrics.Point::rate)
            .max()
            .orElse(0);
    this.rates =
        new Axis(Scale.LINEAR, 0, most > 0 ? 1.1 * most : 1, rateTop + RATE_HEIGHT, rateTop);
  }

  /// The image.
  public static String svg(List<RunMetrics> runs, Choice choice) {
    return new LossPlot(runs, choice).draw();
  }

  /// The image in a page of its own.
  public static String html(List<RunMetrics> runs, Choice choice) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" \
    content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="viewport" content="width=device-width">
    <title>%s</title>
    <style>
    :root{color-scheme:light dark}
    body{margin:0;background:#fff}
    body>svg{display:block;width:100%%;max-width:1200px;height:auto;margin:auto}
    @media(prefers-color-scheme:dark){body{background:#0d1117}}
    </style>
    %s</html>
    """
        .formatted(title(runs), svg(runs, choice));
  }

  private Axis stepAxis(Scale scale) {
    double first = runs.stream().mapToLong(run -> run.points().getFirst().step()).min().orElse(1);
    double last = runs.stream().mapToLong(run -> run.points().getLast().step()).max().orElse(1);
    double low = scale == Scale.LOG || first > last / 2 ? first : 0;
    return low < last
        ? new Axis(scale, low, last, LEFT, RIGHT)
        : Axis.around(scale, low, last, LEFT, RIGHT);
  }

  private DoubleStream losses() {
    return runs.stream()
        .flatMap(run -> run.points().stream())
        .flatMapToDouble(
            point -> DoubleStream.concat(DoubleStream.of(point.loss()), point.heldOut().stream()));
  }

  private String draw() {
    int height = (int) (rates.from() + BOTTOM);
    out.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            .formatted(WIDTH, height, WIDTH));
    out.append(" height=\"%d\" role=\"img\" aria-labelledby=\"title\">\n".formatted(height));
    out.append("<title id=\"title\">%s</title>\n".formatted(title(runs)));
    style();
    out.append("<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n".formatted(WIDTH, height));
    text(LEFT, 26, "title", "Loss by training step");
    legend();
    grid(losses, "loss" + (losses.scale() == Scale.LOG ? " (log)" : ""));
    grid(rates, "learning rate");
    stepMarks();
    out.append(
        "<clipPath id=\"inside\"><rect x=\"%d\" y=\"%s\" width=\"%d\" height=\"%s\"/>"
            .formatted(
                LEFT - EDGE,
                Curve.number(losses.to() - EDGE),
                RIGHT - LEFT + 2 * EDGE,
                Curve.number(rates.from() - losses.to() + 2 * EDGE)));
    out.append("</clipPath>\n<g clip-path=\"url(#inside)\">\n");
    for (int i = 0; i < runs.size(); i++) {
      curves(runs.get(i), "run" + i);
    }
    out.append("</g>\n");
    frame(losses);
    frame(rates);
    return out.append("</svg>\n").toString();
  }

  private static String title(List<RunMetrics> runs) {
    List<String> names = runs.stream().map(run -> escaped(run.name())).toList();
    return "Training loss of " + String.join(", ", names);
  }

  private void style() {
    out.append("<style>\n").append(STYLE);
    colours(LIGHT);
    out.append(
        """
        @media(prefers-color-scheme:dark){
        text{fill:#e6edf3}.dim{fill:#9198a1}.ground{fill:#0d1117}.grid{stroke:#2a313c}
        .frame{stroke:#656c76}.raw{stroke-opacity:.45}
        """);
    colours(DARK);
    out.append("}\n</style>\n");
  }

  private void colours(List<String> palette) {
    for (int i = 0; i < runs.size(); i++) {
      out.append(".run%d{stroke:%s}".formatted(i, palette.get(i)));
    }
    out.append('\n');
  }

  private void legend() {
    int row = LEGEND - 6;
    for (int i = 0; i < runs.size(); i++) {
      RunMetrics run = runs.get(i);
      RunMetrics.Point last = run.points().getLast();
      line(LEFT, row - 4, "smooth run" + i);
      OptionalDouble heldOut = run.lastHeldOut();
      String figures =
          String.format(Locale.ROOT, "step %,d, loss %.4f", last.step(), last.loss())
              + (heldOut.isPresent()
                  ? String.format(Locale.ROOT, ", held out %.4f", heldOut.getAsDouble())
                  : "");
      text(LEFT + 38, row, "", escaped(run.name()));
      out.append(
          "<text class=\"dim\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
              .formatted(RIGHT, row, figures));
      row += ROW;
    }
    line(LEFT, row - 4, "raw run0");
    text(LEFT + 38, row, "dim", "each batch");
    line(LEFT + 140, row - 4, "smooth run0");
    text(LEFT + 178, row, "dim", "smoothed over " + spans());
    if (runs.stream().anyMatch(run -> run.lastHeldOut().isPresent())) {
      line(LEFT + 420, row - 4, "held run0");
      text(LEFT + 458, row, "dim", "held-out documents");
    }
  }

  private String spans() {
    List<String> spans = runs.stream().map(run -> Integer.toString(span(run))).distinct().toList();
    return String.join(", ", spans) + (spans.equals(List.of("1")) ? " step" : " steps");
  }

  private int span(RunMetrics run) {
    int steps = run.points().size();
    return span.orElse(Math.max(1, Math.min(steps / 5, Math.max(LEAST_SPAN, steps / SPANS))));
  }

  private void grid(Axis axis, String name) {
    for (Axis.Mark mark : axis.marks()) {
      double y = axis.place(mark.value());
      out.append("<path class=\"grid\" d=\"M%d %sH%d\"/>".formatted(LEFT, Curve.number(y), RIGHT));
      out.append(
          "<text class=\"dim\" x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>\n"
              .formatted(LEFT - 8, Curve.number(y + 4), mark.label()));
    }
    double middle = (axis.from() + axis.to()) / 2;
    out.append(
        "<text transform=\"translate(16 %s)rotate(-90)\" text-anchor=\"middle\">%s</text>\n"
            .formatted(Curve.number(middle), name));
  }

  private void stepMarks() {
    for (Axis.Mark mark : steps.marks()) {
      if (mark.value() != Math.rint(mark.value())) {
        continue;
      }
      String x = Curve.number(steps.place(mark.value()));
      for (Axis axis : List.of(losses, rates)) {
        out.append(
            "<path class=\"grid\" d=\"M%s %sV%s\"/>"
                .formatted(x, Curve.number(axis.to()), Curve.number(axis.from())));
      }
      out.append(
          "<text class=\"dim\" x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>\n"
              .formatted(x, Curve.number(rates.from() + 18), mark.label()));
    }
    out.append(
        "<text x=\"%d\" y=\"%s\" text-anchor=\"middle\">step%s</text>\n"
            .formatted(
                (LEFT + RIGHT) / 2,
                Curve.number(rates.from() + 38),
                steps.scale() == Scale.LOG ? " (log)" : ""));
  }

  private void frame(Axis axis) {
    out.append(
        "<rect class=\"frame\" x=\"%d\" y=\"%s\" width=\"%d\" height=\"%s\"/>\n"
            .formatted(
                LEFT,
                Curve.number(axis.to()),
                RIGHT - LEFT,
                Curve.number(axis.from() - axis.to())));
  }

  private void curves(RunMetrics run, String colour) {
    List<Curve.Value> loss = new ArrayList<>();
    List<Curve.Value> rate = new ArrayList<>();
    List<Curve.Value> held = new ArrayList<>();
    for (RunMetrics.Point point : run.points()) {
      loss.add(new Curve.Value(point.step(), point.loss()));
      rate.add(new Curve.Value(point.step(), point.rate()));
      if (point.heldOut().isPresent()) {
        held.add(new Curve.Value(point.step(), point.heldOut().getAsDouble()));
      }
    }
    Curve raw = new Curve(loss);
    path("raw " + colour, raw.path(steps, losses));
    path("smooth " + colour, raw.smoothed(span(run)).path(steps, losses));
    if (!held.isEmpty()) {
      path("held " + colour, new Curve(held).path(steps, losses));
    }
    if (held.size() <= MOST_RINGS) {
      for (Curve.Value value : held) {
        out.append(
            "<circle class=\"ring ground %s\" cx=\"%s\" cy=\"%s\" r=\"3\"/>\n"
                .formatted(
                    colour,
                    Curve.number(steps.place(value.step())),
                    Curve.number(losses.place(value.value()))));
      }
    }
    path("rate " + colour, new Curve(rate).path(steps, rates));
  }

  private void path(String classes, String path) {
    out.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(classes, path));
  }

  private void line(int x, int y, String classes) {
    path(classes, "M%d %dh28".formatted(x, y));
  }

  private void text(int x, int y, String classes, String text) {
    out.append("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(classes, x, y, text));
  }

  /// A name as XML has it: the end of a long one, without what steers the text around it.
  private static String escaped(String name) {
    StringBuilder safe = new StringBuilder();
    long length = name.codePoints().count();
    if (length > MOST_NAME) {
      safe.append("...");
    }
    name.codePoints()
        .skip(Math.max(0, length - MOST_NAME))
        .forEach(c -> {
          switch (c) {
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '&' -> safe.append("&amp;");
            case '"' -> safe.append("&quot;");
            default -> safe.appendCodePoint(isPlain(c) ? c : '?');
          }
        });
    return safe.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
