package dev.freehold.cli.exit;

import dev.freehold.eval.score.Quantiles;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What users noticed of a rehearsal, beside what they had before.
///
/// @param isReplay whether both are of the same requests, recorded first and asked again
public record RehearsalReport(
    String beforeName, Window before, String cutName, Window cut, boolean isReplay) {
  private static final int FEW = 30;

  /// Prints it for people.
  public void print(PrintStream out) {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"", beforeName, cutName});
    lines.add(row("requests", Long.toString(before.requests()), Long.toString(cut.requests())));
    lines.add(row("answered whole", share(before), share(cut)));
    lines.add(row("failed", Long.toString(before.failed()), Long.toString(cut.failed())));
    lines.add(row("  of these, partial", "" + before.partial(), "" + cut.partial()));
    lines.add(row("given up by clients", "" + before.cancelled(), "" + cut.cancelled()));
    lines.add(row("first token p50", at(before.first(), 0.5), at(cut.first(), 0.5)));
    lines.add(row("            p95", at(before.first(), 0.95), at(cut.first(), 0.95)));
    lines.add(row("whole answer p50", at(before.whole(), 0.5), at(cut.whole(), 0.5)));
    lines.add(row("             p95", at(before.whole(), 0.95), at(cut.whole(), 0.95)));
    lines.add(row("delayed by a failure", "" + before.delayed(), "" + cut.delayed()));
    lines.add(row("  time lost, p50", at(before.lost(), 0.5), at(cut.lost(), 0.5)));
    lines.add(row("  time lost, most", at(before.lost(), 1), at(cut.lost(), 1)));
    lines.add(row("cost", cost(before), cost(cut)));
    lines.add(row("cost of an answer", each(before), each(cut)));
    TreeSet<String> targets = new TreeSet<>(before.served().keySet());
    targets.addAll(cut.served().keySet());
    for (String target : targets) {
      lines.add(
          row(
              "by " + target,
              "" + count(before.served(), target),
              "" + count(cut.served(), target)));
    }
    Table.print(out, lines, 1);
    notes().forEach(out::println);
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    String failures = counts(cut.failures());
    if (!failures.isEmpty()) {
      notes.add("Users were told of: " + failures + ".");
    }
    if (!cut.failedAttempts().isEmpty()) {
      notes.add(
          "Attempts that failed, most of them unnoticed: " + counts(cut.failedAttempts()) + ".");
    }
    if (cut.open() > 0) {
      notes.add("%d requests had no end yet and are not counted.".formatted(cut.open()));
    }
    if (before.unpriced() + cut.unpriced() > 0) {
      notes.add(
          "Costs are without %d requests whose price is unknown."
              .formatted(before.unpriced() + cut.unpriced()));
    }
    if (cut.requests() == 0) {
      notes.add("Nobody asked anything, so nothing is known. Rehearse when there is traffic.");
    } else if (Math.min(before.requests(), cut.requests()) < FEW) {
      notes.add("So few requests tell little: differences may be chance.");
    }
    notes.add(
        isReplay
            ? "The same requests, asked one after the other without pauses: a backend that is left"
                + " alone for seconds is missed by more of them than in the day's own pace."
            : "Both columns are of different requests, so times differ by what was asked, too.");
    notes.add("Whether answers were as good is not in it: freehold eval --traffic measures that.");
    return notes;
  }

  private static String counts(SortedMap<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static long count(Map<String, Long> counts, String name) {
    return counts.getOrDefault(name, 0L);
  }

  private static String[] row(String name, String before, String cut) {
    return new String[] {name, before, cut};
  }

  private static String share(Window window) {
    long ended = window.requests() - window.open() - window.cancelled();
    return ended == 0
        ? "-"
        : String.format(
            Locale.ROOT, "%d (%.1f %%)", window.answered(), 100.0 * window.answered() / ended);
  }

  private static String at(Quantiles times, double share) {
    return Window.at(times, share).map(RehearsalReport::time).orElse("-");
  }

  private static String time(double millis) {
    return millis < 1000
        ? String.format(Locale.ROOT, "%.0f ms", millis)
        : String.format(Locale.ROOT, "%.1f s", millis / 1000);
  }

  private static String cost(Window window) {
    String known =
        window.costMicros().entrySet().stream()
            .map(entry -> money(entry.getValue(), entry.getKey()))
            .collect(Collectors.joining(" + "));
    return known.isEmpty() ? (window.unpriced() > 0 ? "unknown" : "-") : known;
  }

  private static String each(Window window) {
    long priced = window.requests() - window.open() - window.unpriced();
    return window.costMicros().size() == 1 && priced > 0
        ? money(
            window.costMicros().firstEntry().getValue() / priced,
            window.costMicros().firstEntry().getKey())
        : "-";
  }

  private static String money(long micros, String currency) {
    return String.format(Locale.ROOT, "%.6f %s", micros / 1e6, currency).strip();
  }

  /// The same as JSON.
  public ObjectNode json() {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.set("before", json(before));
    told.set("cut", json(cut));
    return told;
  }

  private static ObjectNode json(Window window) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("requests", window.requests()).put("answered", window.answered());
    told.put("failed", window.failed()).put("partial", window.partial());
    told.put("cancelled", window.cancelled()).put("open", window.open());
    put(told, "first_ms", window.first());
    put(told, "whole_ms", window.whole());
    told.put("delayed", window.delayed());
    put(told, "lost_ms", window.lost());
    ObjectNode cost = told.putObject("cost_micros");
    window.costMicros().forEach(cost::put);
    told.put("unpriced", window.unpriced()).put("joules", window.joules());
    ObjectNode served = told.putObject("served");
    window.served().forEach(served::put);
    ObjectNode failures = told.putObject("failures");
    window.failures().forEach(failures::put);
    ObjectNode attempts = told.putObject("failed_attempts");
    window.failedAttempts().forEach(attempts::put);
    return told;
  }

  private static void put(ObjectNode told, String name, Quantiles times) {
    Optional<Double> middle = Window.at(times, 0.5);
    if (middle.isPresent()) {
      told.putObject(name)
          .put("p50", middle.get())
          .put("p95", times.at(0.95))
          .put("most", times.at(1));
    }
  }
}
