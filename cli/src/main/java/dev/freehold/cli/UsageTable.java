package dev.freehold.cli;

import dev.freehold.gateway.ledger.Money;
import dev.freehold.gateway.ledger.Settlement;
import dev.freehold.gateway.ledger.Usage;
import dev.freehold.gateway.ledger.UsageQuery;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/// Usage as a table for people, with what it does not show below it.
final class UsageTable {
  private static final int LARGEST_NAME = 40;

  private final Usage usage;
  private final UsageQuery query;
  private final PrintStream out;

  UsageTable(Usage usage, UsageQuery query, PrintStream out) {
    this.usage = usage;
    this.query = query;
    this.out = out;
  }

  void print() {
    if (usage.total().requests() == 0 && usage.unrecorded() == 0) {
      out.println("No requests since " + query.since() + ".");
      return;
    }
    List<String[]> lines = new ArrayList<>();
    lines.add(
        new String[] {
          query.by().name(),
          "REQUESTS",
          "OK",
          "PROMPT",
          "CACHED",
          "ANSWER",
          "COST",
          "FIRST p50",
          "p95",
          "WHOLE p50",
          "p95",
          "ENERGY",
          "SAVED"
        });
    usage.rows().forEach(row -> lines.add(cells(shown(row.name()), row)));
    if (usage.rows().size() > 1) {
      lines.add(cells("total", usage.total()));
    }
    printAligned(lines, 1);
    printNotes(usage.total());
    printFailovers();
  }

  private static String shown(String name) {
    if (name.isEmpty()) {
      return "(none)";
    }
    String printable = Failure.printable(name);
    return printable.length() <= LARGEST_NAME
        ? printable
        : printable.substring(0, LARGEST_NAME - 3) + "...";
  }

  private static String[] cells(String name, Usage.Row row) {
    return new String[] {
      name,
      Long.toString(row.requests()),
      Long.toString(row.ok()),
      Sizes.count(row.tokens().prompt()),
      row.tokens().prompt() == 0 ? "-" : Math.round(100 * row.tokens().cachedShare()) + " %",
      Sizes.count(row.tokens().completion()),
      cost(row),
      seconds(row.firstToken().map(Usage.Latency::p50)),
      seconds(row.firstToken().map(Usage.Latency::p95)),
      seconds(row.whole().map(Usage.Latency::p50)),
      seconds(row.whole().map(Usage.Latency::p95)),
      joules(row.millijoules()),
      row.saved() == 0 ? "-" : Long.toString(row.saved())
    };
  }

  /// What is known, with a mark where something is not: an unknown price is never nothing.
  private static String cost(Usage.Row row) {
    String known = money(row.costMicros());
    if (row.unpriced() == 0) {
      boolean isSettled = row.requests() > row.unsettled();
      return !known.isEmpty() ? known : isSettled ? "0.00" : "-";
    }
    return known.isEmpty() ? "unknown" : known + " + unknown";
  }

  private static String money(SortedMap<String, Long> micros) {
    return micros.entrySet().stream()
        .map(entry -> money(entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(" + "));
  }

  /// To a hundredth, small amounts to more.
  private static String money(long micros, String currency) {
    if (!currency.matches("[A-Z]{3}")) {
      return micros + " ?";
    }
    return micros >= 1_000_000
        ? String.format(Locale.ROOT, "%.2f %s", micros / 1e6, currency)
        : new Money(micros, currency).toString();
  }

  private static String seconds(Optional<Long> micros) {
    if (micros.isEmpty()) {
      return "-";
    }
    double seconds = micros.get() / 1e6;
    return seconds < 1
        ? String.format(Locale.ROOT, "%.3g ms", seconds * 1e3)
        : String.format(Locale.ROOT, seconds < 100 ? "%.3g s" : "%.0f s", seconds);
  }

  private static String joules(Map<String, Long> millijoules) {
    if (millijoules.isEmpty()) {
      return "-";
    }
    double joules = millijoules.values().stream().mapToLong(Long::longValue).sum() / 1e3;
    String amount =
        joules < 1e3
            ? String.format(Locale.ROOT, "%.3g J", joules)
            : joules < 1e6
                ? String.format(Locale.ROOT, "%.3g kJ", joules / 1e3)
                : String.format(Locale.ROOT, "%.3f kWh", joules / 3.6e6);
    return (millijoules.containsKey("estimate") ? "~" : "") + amount;
  }

  /// @param texts how many columns stand on the left; numbers stand on the right
  private void printAligned(List<String[]> lines, int texts) {
    int[] widths = new int[lines.getFirst().length];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (String[] line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - line[i].length());
        text.append(i == 0 ? "" : "  ").append(i < texts ? line[i] + padding : padding + line[i]);
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private void printNotes(Usage.Row total) {
    List<String> notes = new ArrayList<>();
    String failures =
        total.outcomes().entrySet().stream()
            .filter(entry -> !entry.getKey().equals(Settlement.OK))
            .map(entry -> entry.getValue() + " " + Failure.printable(entry.getKey()))
            .collect(Collectors.joining(", "));
    if (!failures.isEmpty()) {
      notes.add("Not answered whole: " + failures + ".");
    }
    if (total.unpriced() > 0) {
      notes.add(
          "The cost of %d requests is unknown: prices.yaml has no price for them."
              .formatted(total.unpriced()));
    }
    if (total.unsettled() > 0) {
      String most = money(total.unsettledMicros());
      notes.add(
          "%d requests are under way or were interrupted%s."
              .formatted(total.unsettled(), most.isEmpty() ? "" : ": at most " + most + " more"));
    }
    if (total.millijoules().containsKey("estimate")) {
      notes.add("~ energy is an estimate from processor time, not measured.");
    }
    if (usage.unrecorded() > 0) {
      notes.add(
          "%d requests were served while the ledger could not be written; no row has them."
              .formatted(usage.unrecorded()));
    }
    if (!notes.isEmpty()) {
      out.println();
      notes.forEach(out::println);
    }
  }

  private void printFailovers() {
    if (usage.failovers().isEmpty()) {
      return;
    }
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"SAVED FROM", "WHY", "ANSWERED BY", "ANSWERS", "TOKENS"});
    for (Usage.Failover one : usage.failovers()) {
      lines.add(
          new String[] {
            shown(one.failed()),
            shown(one.failure()),
            shown(one.served()),
            Long.toString(one.requests()),
            Sizes.count(one.completionTokens())
          });
    }
    out.println();
    printAligned(lines, 3);
  }

  /// The same as comma-separated values: money in units, durations in seconds.
  void printCsv() {
    out.println(
        "name,requests,ok,prompt_tokens,cached_tokens,completion_tokens,reasoning_tokens,cost,"
            + "currency,unpriced_requests,unsettled_requests,first_token_p50_s,first_token_p95_s,"
            + "whole_p50_s,whole_p95_s,joules,joules_known_by,saved_by_failover");
    for (Usage.Row row : usage.rows()) {
      String currencies = String.join("+", row.costMicros().keySet());
      String cost =
          row.costMicros().entrySet().stream()
              .map(entry -> BigDecimal.valueOf(entry.getValue(), 6).toPlainString())
              .collect(Collectors.joining("+"));
      double joules = row.millijoules().values().stream().mapToLong(Long::longValue).sum() / 1e3;
      Object[] cells = {
        quoted(Failure.printable(row.name())),
        row.requests(),
        row.ok(),
        row.tokens().prompt(),
        row.tokens().cached(),
        row.tokens().completion(),
        row.tokens().reasoning(),
        cost.isEmpty() && row.unpriced() == 0 ? "0.00" : cost,
        currencies,
        row.unpriced(),
        row.unsettled(),
        plain(row.firstToken().map(Usage.Latency::p50)),
        plain(row.firstToken().map(Usage.Latency::p95)),
        plain(row.whole().map(Usage.Latency::p50)),
        plain(row.whole().map(Usage.Latency::p95)),
        row.millijoules().isEmpty() ? "" : joules,
        String.join("+", row.millijoules().keySet()),
        row.saved()
      };
      out.println(Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(",")));
    }
  }

  private static String plain(Optional<Long> micros) {
    return micros.map(value -> Double.toString(value / 1e6)).orElse("");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
