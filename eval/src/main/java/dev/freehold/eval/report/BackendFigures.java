package dev.freehold.eval.report;

import dev.freehold.eval.Meter;
import dev.freehold.eval.Outcome;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.score.Quantiles;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// What a run says of one backend.
///
/// @param groups a tally of each group, by name; none where no task has one
/// @param languages a tally of each language, likewise
/// @param wall times of answers in milliseconds
/// @param first times to the first text or call
/// @param errors what went wrong, and how often, the most frequent first
public record BackendFigures(
    RunHeader.Backend backend,
    Tally all,
    List<Tally> groups,
    List<Tally> languages,
    Times times,
    Spent spent,
    List<Errors> errors) {
  private static final double LEAST_OF_SIX = 1e-4;
  private static final MathContext TWO_DIGITS = new MathContext(2);

  /// @param wall times of whole answers in milliseconds, errors left out
  /// @param first times to the first text or call, where there was one
  public record Times(Quantiles wall, Quantiles first) {}

  /// A reason why there was no answer, and for how many tasks.
  public record Errors(String reason, int tasks) {}

  /// What the answers took together.
  ///
  /// @param promptTokens of answers that tell it
  /// @param answers how many have ended
  /// @param costs by currency
  /// @param energies by how they are known
  public record Spent(
      int answers,
      long promptTokens,
      long answerTokens,
      Map<String, Total> costs,
      Map<String, Total> energies) {}

  /// A sum and how many answers it is of.
  public record Total(double sum, int answers) {
    public double each() {
      return sum / answers;
    }
  }

  /// An amount of money: six decimals, and more where they would tell too little.
  public static String money(double amount) {
    return amount == 0 || amount >= LEAST_OF_SIX
        ? String.format(Locale.ROOT, "%.6f", amount)
        : new BigDecimal(amount).round(TWO_DIGITS).toPlainString();
  }

  static BackendFigures of(RunHeader.Backend backend, List<ItemResult> items) {
    return new BackendFigures(
        backend,
        Tally.of("", items),
        tallies(items, item -> item.task().group()),
        tallies(items, item -> item.task().language()),
        times(items),
        spent(items),
        errors(items));
  }

  private static List<Errors> errors(List<ItemResult> items) {
    Map<String, Integer> reasons = new TreeMap<>();
    items.stream()
        .filter(item -> item.outcome() == Outcome.ERROR)
        .forEach(item -> reasons.merge(item.reason(), 1, Integer::sum));
    return reasons.entrySet().stream()
        .map(reason -> new Errors(reason.getKey(), reason.getValue()))
        .sorted(Comparator.comparingInt(Errors::tasks).reversed())
        .toList();
  }

  private static List<Tally> tallies(List<ItemResult> items, Function<ItemResult, String> label) {
    Map<String, List<ItemResult>> parts = new TreeMap<>();
    items.forEach(
        item -> parts.computeIfAbsent(label.apply(item), x -> new ArrayList<>()).add(item));
    List<Tally> tallies = new ArrayList<>();
    parts.forEach((name, part) -> {
      if (parts.size() > 1 || !name.isEmpty()) {
        tallies.add(Tally.of(name, part));
      }
    });
    return tallies;
  }

  private static Times times(List<ItemResult> items) {
    List<ItemResult> ended =
        items.stream().filter(item -> item.outcome() != Outcome.ERROR).toList();
    return new Times(
        new Quantiles(ended.stream().mapToDouble(item -> item.took().wallMillis()).toArray()),
        new Quantiles(
            ended.stream()
                .flatMap(item -> item.took().firstMillis().stream())
                .mapToDouble(Double::doubleValue)
                .toArray()));
  }

  private static Spent spent(List<ItemResult> items) {
    Map<String, Total> costs = new TreeMap<>();
    Map<String, Total> energies = new TreeMap<>();
    for (ItemResult item : items) {
      Optional<Meter.Cost> cost = item.took().cost();
      cost.ifPresent(c -> add(costs, c.currency(), c.amount()));
      Optional<Meter.Energy> energy = item.took().energy();
      energy.ifPresent(e -> add(energies, e.source(), e.joules()));
    }
    return new Spent(
        (int) items.stream().filter(item -> item.outcome() != Outcome.ERROR).count(),
        items.stream().mapToLong(item -> item.took().promptTokens().orElse(0L)).sum(),
        items.stream().mapToLong(item -> item.took().answerTokens().orElse(0L)).sum(),
        costs,
        energies);
  }

  private static void add(Map<String, Total> totals, String key, double amount) {
    totals.merge(
        key,
        new Total(amount, 1),
        (a, b) -> new Total(a.sum() + b.sum(), a.answers() + b.answers()));
  }
}
