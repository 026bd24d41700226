package dev.freehold.eval.report;

import dev.freehold.chat.SamplingParameter;
import dev.freehold.eval.Settings;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.score.PairedShares;
import dev.freehold.eval.score.Quantiles;
import dev.freehold.eval.score.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A page about runs: one HTML file without scripts that fetches nothing. Whatever backends, tasks
/// and files of runs say stands in it as text only.
public final class ReportPage {
  private static final int MOST_ROWS = 60;

  private static final String STYLE =
      """
      :root{color-scheme:light dark}
      body{margin:0 auto;max-width:980px;padding:16px;font:14px system-ui,sans-serif;\
      color:#1f2328;background:#fff}
      h1{font-size:22px}h2{font-size:17px;margin-top:28px}
      table{border-collapse:collapse;margin:8px 0}
      td,th{padding:3px 10px 3px 0;text-align:left;vertical-align:top}
      td,th{border-bottom:1px solid #d8dee4}
      td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
      svg{display:block;width:100%;height:auto;margin:12px 0}
      text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:16px;font-weight:600}
      .dim{fill:#59636e;color:#59636e}.grid{stroke:#d8dee4;stroke-width:1}
      .zero{stroke:#59636e;stroke-width:1.5;stroke-dasharray:5 4}.frame{stroke:#8c959f;fill:none}
      .whisker{stroke-width:2.5;stroke-linecap:round}.dot{stroke:none}
      .key{display:inline-block;width:12px;height:12px;border-radius:6px;margin-right:6px}
      pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f8fa;padding:8px;margin:4px 0}
      summary{cursor:pointer;padding:3px 0}
      @media(prefers-color-scheme:dark){
      body{color:#e6edf3;background:#0d1117}td,th{border-color:#2a313c}pre{background:#161b22}
      text{fill:#e6edf3}.dim{fill:#9198a1;color:#9198a1}.grid{stroke:#2a313c}.frame{stroke:#656c76}
      }
      """;

  private final List<RecordedRun> runs;
  private final List<RunFigures> figures;
  private final List<String> names;
  private final StringBuilder out = new StringBuilder();

  private ReportPage(List<RecordedRun> runs) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a page needs a run");
    }
    this.runs = runs.stream().sorted(Comparator.comparing(run -> run.header().started())).toList();
    this.figures = this.runs.stream().map(RunFigures::of).toList();
    Set<String> all = new LinkedHashSet<>();
    figures.forEach(run -> run.backends().forEach(backend -> all.add(backend.backend().name())));
    this.names = List.copyOf(all);
  }

  /// The page; the last run in full, and where there are several, their scores over time.
  public static String html(List<RecordedRun> runs) {
    return new ReportPage(runs).draw();
  }

  private String draw() {
    RunHeader header = runs.getLast().header();
    RunFigures last = figures.getLast();
    out.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width">
        """);
    out.append("<title>%s</title>\n<style>\n".formatted(Escaped.html("Evaluation " + header.id())));
    out.append(STYLE).append(IntervalPlot.style()).append("</style>\n");
    out.append("<h1>Evaluation: %s</h1>\n".formatted(Escaped.html(header.tasks(), 200)));
    facts(header);
    legend();
    if (figures.size() > 1) {
      out.append(overTime().svg());
    }
    out.append(scores(last, false).svg());
    IntervalPlot languages = scores(last, true);
    if (!languages.isEmpty()) {
      out.append(languages.svg());
    }
    if (!last.comparisons().isEmpty()) {
      differences(last);
    }
    preferences(last);
    IntervalPlot latency = latency(last);
    if (!latency.isEmpty()) {
      out.append(latency.svg());
    }
    spent(last);
    new ReplyList(runs.getLast(), out).draw();
    return out.append("</html>\n").toString();
  }

  private void facts(RunHeader header) {
    out.append("<table>\n");
    fact("run", header.id());
    fact("began", header.started().toString());
    fact("program", header.program());
    fact("tasks", "%d, sha256 %s".formatted(header.items(), header.digest()));
    header.backends().forEach(b -> fact("model", b.name() + ": " + b.detail()));
    header.judge().ifPresent(judge -> fact("judge", judge.name() + ": " + judge.detail()));
    fact("settings", settings(header.settings()));
    fact("finished", runs.getLast().isWhole() ? "yes" : "no: some answers are missing");
    out.append("</table>\n");
  }

  private static String settings(Settings settings) {
    List<String> parts = new ArrayList<>();
    settings
        .sampling()
        .values()
        .forEach((parameter, value) ->
            parts.add(parameter.key() + " " + SamplingParameter.shown(value)));
    settings.sampling().seed().ifPresent(seed -> parts.add("seed " + seed));
    parts.add("at most %d tokens".formatted(settings.maxTokens()));
    parts.add("%s s for an answer".formatted(settings.timeLimit().toMillis() / 1000.0));
    parts.add("%d at once".formatted(settings.concurrency()));
    return String.join(", ", parts);
  }

  private void fact(String name, String value) {
    out.append("<tr><th>%s</th><td>%s</td></tr>\n".formatted(name, Escaped.html(value, 1_000)));
  }

  private void legend() {
    out.append("<p>");
    for (String name : names) {
      out.append(
          "<span class=\"key s%d\"></span>%s &nbsp; "
              .formatted(series(name), Escaped.html(name, 100)));
    }
    out.append(
        "</p>\n<p class=\"dim\">Dots are shares of right replies, lines their 95 % intervals");
    out.append(" (Wilson). Errors and replies without a verdict are not right.</p>\n");
  }

  private int series(String name) {
    return Math.max(0, names.indexOf(name)) % IntervalPlot.MOST_SERIES;
  }

  private IntervalPlot scores(RunFigures run, boolean byLanguage) {
    IntervalPlot plot =
        new IntervalPlot(byLanguage ? "Right replies by language" : "Right replies", 0, 100, " %");
    Set<String> labels = new LinkedHashSet<>();
    for (BackendFigures backend : run.backends()) {
      List<Tally> parts = byLanguage ? backend.languages() : backend.groups();
      parts.stream().limit(MOST_ROWS).forEach(tally -> labels.add(tally.label()));
    }
    if (byLanguage && labels.size() < 2) {
      return plot;
    }
    for (String label : labels) {
      List<IntervalPlot.Mark> marks = new ArrayList<>();
      for (BackendFigures backend : run.backends()) {
        List<Tally> parts = byLanguage ? backend.languages() : backend.groups();
        parts.stream()
            .filter(tally -> tally.label().equals(label))
            .forEach(tally -> add(marks, backend, tally));
      }
      if (!marks.isEmpty()) {
        plot.row(label.isEmpty() ? "none" : label, marks);
      }
    }
    if (!byLanguage) {
      List<IntervalPlot.Mark> marks = new ArrayList<>();
      run.backends().forEach(backend -> add(marks, backend, backend.all()));
      plot.row("all", marks);
    }
    return plot;
  }

  private void add(List<IntervalPlot.Mark> marks, BackendFigures backend, Tally tally) {
    Share share = tally.share();
    if (!share.isEmpty()) {
      marks.add(mark(series(backend.backend().name()), share, tally.right()));
    }
  }

  private static IntervalPlot.Mark mark(int series, Share share, int right) {
    return new IntervalPlot.Mark(
        series,
        100 * share.low(),
        100 * share.value(),
        100 * share.high(),
        String.format(
            Locale.ROOT, "%d/%d  %.1f %%", right, (int) share.all(), 100 * share.value()));
  }

  private IntervalPlot overTime() {
    IntervalPlot plot = new IntervalPlot("Right replies over time", 0, 100, " %");
    for (RunFigures run : figures) {
      List<IntervalPlot.Mark> marks = new ArrayList<>();
      run.backends().forEach(backend -> add(marks, backend, backend.all()));
      plot.row(run.header().started().toString().replaceAll("\\..*Z$", "Z"), marks);
    }
    return plot;
  }

  private void differences(RunFigures run) {
    double most = 5;
    for (Comparison comparison : run.comparisons()) {
      PairedShares shares = comparison.shares();
      most = Math.max(most, 100 * Math.max(Math.abs(shares.low()), Math.abs(shares.high())));
    }
    double end = Math.min(100, IntervalPlot.roundEnd(most));
    IntervalPlot plot =
        new IntervalPlot("Difference from " + run.header().baseline(), -end, end, "").line(0);
    for (Comparison comparison : run.comparisons()) {
      PairedShares shares = comparison.shares();
      plot.row(
          comparison.first(),
          List.of(
              new IntervalPlot.Mark(
                  series(comparison.first()),
                  100 * shares.low(),
                  100 * shares.difference(),
                  100 * shares.high(),
                  String.format(Locale.ROOT, "%+.1f points", 100 * shares.difference()))));
    }
    out.append(plot.svg());
    out.append("<table><tr><th>model</th><th class=\"n\">both right</th>");
    out.append("<th class=\"n\">only it</th><th class=\"n\">only the other</th>");
    out.append("<th class=\"n\">neither</th><th class=\"n\">p (McNemar, exact)</th></tr>\n");
    for (Comparison comparison : run.comparisons()) {
      PairedShares shares = comparison.shares();
      out.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td class=\"n\">%.0f</td><td class=\"n\">%.0f</td>"
                  + "<td class=\"n\">%.0f</td><td class=\"n\">%.0f</td>"
                  + "<td class=\"n\">%s</td></tr>%n",
              Escaped.html(comparison.first(), 100),
              shares.both(),
              shares.onlyFirst(),
              shares.onlySecond(),
              shares.neither(),
              PairedShares.shown(shares.pValue())));
    }
    out.append("</table>\n");
  }

  private void preferences(RunFigures run) {
    for (Preferences one : run.preferences()) {
      out.append(
          String.format(
              Locale.ROOT,
              "<p>The judge prefers %s %d times and %s %d times; %d ties, %d changed with the"
                  + " order, %d without a verdict; it picked what it saw first in %.0f %% of its"
                  + " picks.</p>%n",
              Escaped.html(one.first(), 100),
              one.wins(),
              Escaped.html(one.second(), 100),
              one.losses(),
              one.ties(),
              one.inconsistent(),
              one.none(),
              100 * one.shownFirst().value()));
    }
  }

  private IntervalPlot latency(RunFigures run) {
    double most =
        run.backends().stream()
            .map(backend -> backend.times().wall())
            .filter(times -> !times.isEmpty())
            .mapToDouble(times -> times.at(0.95))
            .max()
            .orElse(0);
    boolean inSeconds = most >= 2_000;
    double unit = inSeconds ? 1_000 : 1;
    IntervalPlot plot =
        new IntervalPlot(
            "Time for an answer, p50 to p95",
            0,
            IntervalPlot.roundEnd(most / unit),
            inSeconds ? " s" : " ms");
    for (BackendFigures backend : run.backends()) {
      Quantiles wall = backend.times().wall();
      if (!wall.isEmpty()) {
        double p50 = wall.at(0.5) / unit;
        double p95 = wall.at(0.95) / unit;
        String text = String.format(Locale.ROOT, "%.1f to %.1f", p50, p95);
        plot.row(
            backend.backend().name(),
            List.of(new IntervalPlot.Mark(series(backend.backend().name()), p50, p50, p95, text)));
      }
    }
    return plot;
  }

  private void spent(RunFigures run) {
    out.append("<h2>What it took</h2>\n<table><tr><th>model</th><th class=\"n\">answers</th>");
    out.append("<th class=\"n\">errors</th><th class=\"n\">prompt tokens</th>");
    out.append("<th class=\"n\">answer tokens</th><th>cost</th><th>energy</th></tr>\n");
    for (BackendFigures backend : run.backends()) {
      BackendFigures.Spent spent = backend.spent();
      List<String> costs = new ArrayList<>();
      spent
          .costs()
          .forEach((currency, total) ->
              costs.add(
                  "%s %s, %s a task"
                      .formatted(
                          BackendFigures.money(total.sum()),
                          currency,
                          BackendFigures.money(total.each()))));
      List<String> energies = new ArrayList<>();
      spent
          .energies()
          .forEach((source, total) ->
              energies.add(
                  String.format(
                      Locale.ROOT,
                      "%.1f J, %.2f J a task (%s)",
                      total.sum(),
                      total.each(),
                      source)));
      out.append(
          ("<tr><td>%s</td><td class=\"n\">%d</td><td class=\"n\">%d</td><td class=\"n\">%d</td>"
                  + "<td class=\"n\">%d</td><td>%s</td><td>%s</td></tr>\n")
              .formatted(
                  Escaped.html(backend.backend().name(), 100),
                  spent.answers(),
                  backend.all().errors(),
                  spent.promptTokens(),
                  spent.answerTokens(),
                  Escaped.html(costs.isEmpty() ? "not known" : String.join("; ", costs)),
                  Escaped.html(energies.isEmpty() ? "not known" : String.join("; ", energies))));
    }
    out.append("</table>\n");
  }
}
