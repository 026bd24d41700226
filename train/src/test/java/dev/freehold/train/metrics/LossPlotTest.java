package dev.freehold.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.train.TrainException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.LongToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/// A plot shows each run's values where its axes say that they are, in bounded size, and refers to
/// nothing outside.
class LossPlotTest {
  private static final LossPlot.Choice LINEAR =
      new LossPlot.Choice(Optional.of(Scale.LINEAR), Scale.LINEAR, OptionalInt.of(1));

  private static final LossPlot.Choice AUTOMATIC =
      new LossPlot.Choice(Optional.empty(), Scale.LINEAR, OptionalInt.empty());

  private static RunMetrics run(String name, long steps, LongToDoubleFunction loss) {
    List<RunMetrics.Point> points = new ArrayList<>();
    for (long step = 1; step <= steps; step++) {
      OptionalDouble heldOut =
          step % 10 == 0 ? OptionalDouble.of(loss.applyAsDouble(step)) : OptionalDouble.empty();
      points.add(new RunMetrics.Point(step, loss.applyAsDouble(step), 1e-3 / step, heldOut));
    }
    return new RunMetrics(name, points, false);
  }

  private static Document parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  /// The coordinates of a path, read off the image.
  private static List<double[]> points(String svg, String classes) {
    Matcher path = Pattern.compile("class=\"" + classes + "\" d=\"([^\"]*)\"").matcher(svg);
    List<double[]> points = new ArrayList<>();
    while (path.find()) { // the legend's line comes first, the curve last
      points.clear();
      Matcher point = Pattern.compile("[ML]([0-9.]+) ([0-9.]+)").matcher(path.group(1));
      while (point.find()) {
        points.add(
            new double[] {Double.parseDouble(point.group(1)), Double.parseDouble(point.group(2))});
      }
    }
    return points;
  }

  /// The height of a mark of the loss axis.
  private static double mark(String svg, String label) {
    Pattern text = Pattern.compile("x=\"68\" y=\"([0-9.]+)\" text-anchor=\"end\">" + label + "<");
    Matcher mark = text.matcher(svg);
    assertThat(mark.find()).as("mark " + label).isTrue();
    return Double.parseDouble(mark.group(1)) - 4;
  }

  @Test
  void valuesStandBesideTheirMarks() throws Exception {
    String svg = LossPlot.svg(List.of(run("a", 4, step -> 5.0 - step)), LINEAR);
    parse(svg);
    List<double[]> raw = points(svg, "raw run0");
    assertThat(raw).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(raw.get(i)[1]).isEqualTo(mark(svg, (4 - i) + ".0"));
    }
    assertThat(raw.get(3)[0]).isEqualTo(936);
    assertThat(raw.get(1)[0] - raw.get(0)[0]).isEqualTo(215);
    assertThat(points(svg, "smooth run0").getLast()).isEqualTo(raw.getLast());
  }

  @Test
  void lossesThatSpanAFactorOfTenAreShownByTheirLogarithm() {
    String svg = LossPlot.svg(List.of(run("a", 5, step -> Math.pow(10, 2 - step))), AUTOMATIC);
    assertThat(svg).contains("loss (log)");
    List<double[]> raw = points(svg, "raw run0");
    double first = raw.get(1)[1] - raw.get(0)[1];
    double last = raw.get(4)[1] - raw.get(3)[1];
    assertThat(Math.abs(first - last)).isLessThan(0.21);
    assertThat(LossPlot.svg(List.of(run("a", 5, step -> 9.0 / step)), AUTOMATIC))
        .doesNotContain("(log)");
    assertThat(LossPlot.svg(List.of(run("a", 5, step -> step - 1.0)), AUTOMATIC))
        .doesNotContain("(log)");
  }

  @Test
  void aLogarithmOfNothingIsRefused() {
    LossPlot.Choice log = new LossPlot.Choice(Optional.of(Scale.LOG), Scale.LOG, OptionalInt.of(1));
    assertThatThrownBy(() -> LossPlot.svg(List.of(run("a", 5, step -> step - 1.0)), log))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("loss axis")
        .hasMessageContaining("lowest is 0.0");
    assertThat(LossPlot.svg(List.of(run("a", 1000, step -> 9.0)), log)).contains("step (log)");
  }

  @Test
  void aLongRunIsThinnedAndKeepsItsPeaks() throws Exception {
    long steps = 300_000;
    RunMetrics run = run("long", steps, step -> step == 123_456 ? 50 : 3 + Math.sin(step));
    String svg = LossPlot.svg(List.of(run), LINEAR);
    parse(svg);
    assertThat(svg.length()).isLessThan(250_000);
    List<double[]> raw = points(svg, "raw run0");
    assertThat(raw.stream().mapToDouble(point -> point[1]).min()).hasValue(mark(svg, "50"));
  }

  @Test
  void smoothingFollowsAFallAndEvensOutNoise() {
    List<Curve.Value> values = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      values.add(new Curve.Value(i, (i < 5 ? 100 - 20 * i : 10) + (i % 2 == 0 ? 1 : -1)));
    }
    List<Curve.Value> smooth = new Curve(values).smoothed(50).values();
    assertThat(smooth.get(0).value()).isEqualTo(101);
    assertThat(smooth.get(20).value()).isBetween(8.0, 12.0);
    assertThat(smooth.get(999).value()).isBetween(9.95, 10.05);
    assertThat(new Curve(values).smoothed(1).values()).isEqualTo(values);
  }

  @Test
  void runsOfOneStepAndOfOneValueAreDrawn() throws Exception {
    parse(LossPlot.svg(List.of(run("one", 1, step -> 0.0)), AUTOMATIC));
    parse(LossPlot.svg(List.of(run("huge", 30, step -> Float.MAX_VALUE)), AUTOMATIC));
    String svg = LossPlot.svg(List.of(run("flat", 20, step -> 2.5)), AUTOMATIC);
    assertThat(svg).contains("step 20, loss 2.5000, held out 2.5000");
    assertThat(svg.split("<circle", -1)).hasSize(3);
    parse(svg);
  }

  @Test
  void severalRunsHaveColoursAndNames() throws Exception {
    List<RunMetrics> runs = new ArrayList<>();
    for (int i = 0; i < LossPlot.MOST_RUNS; i++) {
      int offset = i;
      runs.add(run("run " + i, 20, step -> offset + 1.0 / step));
    }
    String svg = LossPlot.svg(runs, AUTOMATIC);
    parse(svg);
    assertThat(svg).contains(">run 0<", ">run 7<", ".run7{stroke:", "held run7", "prefers-color");
    assertThat(svg).isEqualTo(LossPlot.svg(runs, AUTOMATIC));
    String path = "long/".repeat(100) + "run";
    assertThat(LossPlot.svg(List.of(run(path, 2, step -> 1.0)), AUTOMATIC))
        .containsPattern(">\\.\\.\\.[a-z/]{44}/run<");
    runs.add(run("one more", 1, step -> 1.0));
    assertThatThrownBy(() -> LossPlot.svg(runs, AUTOMATIC))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("1 to 8 runs, 9 were asked for");
  }

  @Test
  void namesAreTextAndNothingIsFetchedOrRun() throws Exception {
    String name = "<script>alert('\"&')</script>\u0000\u202e";
    List<RunMetrics> runs = List.of(run(name, 20, step -> 1.0 / step));
    String svg = LossPlot.svg(runs, AUTOMATIC);
    Document document = parse(svg);
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("Training loss of <script>alert('\"&')</script>??");
    String html = LossPlot.html(runs, AUTOMATIC);
    assertThat(html).startsWith("<!DOCTYPE html>").contains(svg, "default-src 'none'");
    String addresses = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assertThat(addresses).doesNotContain("://", "<script", "src=", "href", "@import");
    assertThat(Pattern.compile("url\\((?!#inside)").matcher(html).find()).isFalse();
  }
}
