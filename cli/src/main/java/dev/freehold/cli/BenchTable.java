package dev.freehold.cli;

import dev.freehold.cli.speed.Limit;
import dev.freehold.cli.speed.Limit.Share;
import dev.freehold.cli.speed.LlamaBench;
import dev.freehold.cli.speed.Median;
import dev.freehold.cli.speed.TestSpeeds;
import dev.freehold.cli.speed.TransparentHugePages;
import dev.freehold.cli.speed.Volume;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// The tables of `freehold bench`, in Markdown, with what they stand on below.
final class BenchTable {
  /// A column: its title, and whether it holds numbers, which stand on the right.
  private record Column(String title, boolean number) {}

  private final BenchReport report;
  private final PrintStream out;

  BenchTable(BenchReport report, PrintStream out) {
    this.report = report;
    this.out = out;
  }

  void print() {
    if (report.peer().isPresent()) {
      printBesidePeer(report.peer().get());
      if (report.tests().stream().anyMatch(test -> test.rounds().size() > 1)) {
        out.println();
        printRounds(report.peer().get());
      }
    } else {
      printAlone();
    }
    out.println();
    printFacts();
  }

  private void printAlone() {
    List<Column> columns =
        List.of(
            new Column("model", false),
            new Column("size", true),
            new Column("params", true),
            new Column("kernel", false),
            new Column("threads", true),
            new Column("test", true),
            new Column("t/s", true),
            new Column("least to most", true),
            new Column("of the limit", true));
    List<List<String>> rows = new ArrayList<>();
    for (TestSpeeds test : report.tests()) {
      rows.add(
          List.of(
              report.description(),
              Sizes.bytes(report.opened().weightBytes()),
              Volume.count(report.opened().parameters()),
              report.tier(),
              Integer.toString(report.threads()),
              test.test().name(),
              rate(test.own()),
              rate(test.least()) + " to " + rate(test.most()),
              test.ownShare()
                  .map(share -> percent(share) + " of " + share.limit().title())
                  .orElse("")));
    }
    printTable(columns, rows);
  }

  private void printBesidePeer(LlamaBench peer) {
    List<Column> columns =
        List.of(
            new Column("test", true),
            new Column("freehold t/s", true),
            new Column(peer.name() + " t/s", true),
            new Column("ratio", true),
            new Column("by round", true),
            new Column("limit", false),
            new Column("freehold", true),
            new Column(peer.name(), true));
    List<List<String>> rows = new ArrayList<>();
    for (TestSpeeds test : report.tests()) {
      rows.add(
          List.of(
              test.test().name(),
              rate(test.own()),
              rate(test.peer()),
              rate(test.ratio()),
              test.hasPeer() ? rate(test.leastRatio()) + " to " + rate(test.mostRatio()) : "",
              test.ownShare().map(share -> share.limit().title()).orElse(""),
              test.ownShare().map(BenchTable::percent).orElse(""),
              test.peerShare().map(BenchTable::percent).orElse("")));
    }
    printTable(columns, rows);
  }

  /// A row for each test and round, so that a reader sees how fast the machine was for a ratio.
  private void printRounds(LlamaBench peer) {
    List<Column> columns =
        List.of(
            new Column("test", true),
            new Column("round", true),
            new Column("freehold t/s", true),
            new Column(peer.name() + " t/s", true),
            new Column("ratio", true),
            new Column("limit, freehold", true),
            new Column("share", true),
            new Column("limit, " + peer.name(), true),
            new Column("share", true));
    List<List<String>> rows = new ArrayList<>();
    for (TestSpeeds test : report.tests()) {
      for (int i = 0; i < test.rounds().size(); i++) {
        TestSpeeds.Round round = test.rounds().get(i);
        Optional<Share> own = round.own().share();
        Optional<Share> other = round.peer().flatMap(TestSpeeds.Reached::share);
        rows.add(
            List.of(
                test.test().name(),
                Integer.toString(i + 1),
                rate(round.own().tokensPerSecond()),
                round.peer().map(peers -> rate(peers.tokensPerSecond())).orElse(""),
                rate(round.ratio()),
                own.map(share -> billions(share.rate(), share.limit())).orElse(""),
                own.map(BenchTable::percent).orElse(""),
                other.map(share -> billions(share.rate(), share.limit())).orElse(""),
                other.map(BenchTable::percent).orElse("")));
      }
    }
    printTable(columns, rows);
  }

  private void printTable(List<Column> columns, List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int width = columns.get(i).title().length();
      for (List<String> row : rows) {
        width = Math.max(width, row.get(i).length());
      }
      widths.add(width);
    }
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String dashes = "-".repeat(widths.get(i) - 1);
      rules.add(columns.get(i).number() ? dashes + ":" : dashes + "-");
    }
    printRow(columns, widths, columns.stream().map(Column::title).toList());
    printRow(columns, widths, rules);
    rows.forEach(row -> printRow(columns, widths, row));
  }

  private void printRow(List<Column> columns, List<Integer> widths, List<String> cells) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < cells.size(); i++) {
      String padding = " ".repeat(widths.get(i) - cells.get(i).length());
      line.append(' ').append(columns.get(i).number() ? padding + cells.get(i) : cells.get(i));
      line.append(columns.get(i).number() ? "" : padding).append(" |");
    }
    out.println(line);
  }

  private void printFacts() {
    fact("model", Failure.printable(report.found().name()));
    report.peer().ifPresent(this::printPeer);
    fact("prepared", report.opened().isPrepared() ? "yes" : "no; freehold prepare makes a copy");
    fact("kernels", kernels(report.kernels()));
    fact("huge pages", TransparentHugePages.setting());
    fact("load", String.format(Locale.ROOT, "%.3f s", report.once().loadSeconds()));
    fact(
        "first token",
        String.format(Locale.ROOT, "%.3f s after load", report.once().firstTokenSeconds()));
    report.once().peakBytes().ifPresent(bytes -> fact("peak memory", Sizes.bytes(bytes)));
    for (Limit limit : Limit.values()) {
      double[] found = report.limits().found(limit);
      if (found.length > 0) {
        DoubleSummaryStatistics range = DoubleStream.of(found).summaryStatistics();
        fact(
            limit.title(),
            "%s, %s to %s"
                .formatted(
                    billions(Median.of(found), limit),
                    billions(range.getMin()),
                    billions(range.getMax())));
      }
    }
    report
        .once()
        .plainLoads()
        .ifPresent(
            share -> fact("plain loads", "%.0f %% of the read bandwidth".formatted(100 * share)));
    report.limits().missing().forEach(reason -> fact("not measured", reason));
  }

  private void printPeer(LlamaBench peer) {
    fact("size", Sizes.bytes(report.opened().weightBytes()));
    fact("params", Volume.count(report.opened().parameters()));
    fact("threads", Integer.toString(report.threads()));
    fact("tier", report.tier());
    List<String> about = new ArrayList<>(List.of(peer.name()));
    if (!peer.build().isEmpty()) {
      about.add(peer.build());
    }
    about.addAll(peer.options());
    fact("peer", Failure.printable(String.join(" ", about)));
    for (TestSpeeds test : report.tests()) {
      Optional<String> reason = test.withoutPeer();
      reason.ifPresent(why -> fact("not compared", test.test().name() + ": " + why));
    }
  }

  private static String kernels(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private void fact(String name, String value) {
    out.printf("%-16s %s%n", name, value);
  }

  private static String billions(double perSecond, Limit limit) {
    return billions(perSecond) + " " + limit.unit();
  }

  private static String billions(double perSecond) {
    return String.format(Locale.ROOT, "%.1f", perSecond / 1e9);
  }

  private static String rate(double figure) {
    return String.format(Locale.ROOT, "%.2f", figure);
  }

  private static String rate(OptionalDouble figure) {
    return figure.isPresent() ? rate(figure.getAsDouble()) : "";
  }

  private static String percent(Share share) {
    return String.format(Locale.ROOT, "%.0f %%", share.percent());
  }
}
