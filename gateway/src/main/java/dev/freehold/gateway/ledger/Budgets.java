package dev.freehold.gateway.ledger;

import dev.freehold.gateway.ledger.Admission.Reason;
import dev.freehold.gateway.ledger.Admission.Refused;
import dev.freehold.gateway.ledger.Budget.Period;
import dev.freehold.gateway.ledger.Budget.Scope;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/// What is spent and set aside, by key and route, in this day and month.
///
/// A request is let in where what is settled, what is set aside for requests under way and its own
/// bound together stay within every budget that applies to it; so whatever the number of threads, a
/// budget is exceeded only by what a request takes beyond its own bound. A request without a bound
/// is let in alone: it sets aside all that is left, and exceeds the budget by no more than itself.
/// Both are checked and done under one lock.
///
/// Nothing here reads a file, and time is what callers say.
public final class Budgets {
  private final ZoneId zone;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Account, Total> totals = new HashMap<>();
  private List<Budget> budgets;

  /// Whose spending a total is.
  private record Account(Scope scope, String name, Period period) {}

  /// What was spent in one period, and what is set aside.
  private static final class Total {
    private final LocalDate start;
    private long micros;
    private long tokens;
    private long heldMicros;
    private long heldTokens;

    Total(LocalDate start) {
      this.start = start;
    }
  }

  /// What a request takes at most.
  ///
  /// @param tokens empty where nothing bounds them
  /// @param micros of money; empty where it is unknown or nothing bounds it
  /// @param isPriced whether every vendor's model has a price
  record Bound(OptionalLong tokens, OptionalLong micros, boolean isPriced) {}

  /// What is set aside for one request.
  final class Hold {
    private final List<Part> parts;

    private Hold(List<Part> parts) {
      this.parts = parts;
    }

    /// Gives back what was set aside and counts what was taken.
    void settle(long micros, long tokens) {
      lock.lock();
      try {
        for (Part part : parts) {
          part.total.heldMicros -= part.micros;
          part.total.heldTokens -= part.tokens;
          part.total.micros = saturated(part.total.micros, micros);
          part.total.tokens = saturated(part.total.tokens, tokens);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private record Part(Total total, long micros, long tokens) {}

  /// @param zone whose midnights begin days and months
  public Budgets(List<Budget> budgets, ZoneId zone) {
    this.budgets = List.copyOf(budgets);
    this.zone = zone;
  }

  /// Other limits from now on; what is spent and set aside stays as it is.
  public void replace(List<Budget> newBudgets) {
    lock.lock();
    try {
      budgets = List.copyOf(newBudgets);
    } finally {
      lock.unlock();
    }
  }

  /// Whether any budget applies to such a request.
  boolean limits(RequestHead head) {
    lock.lock();
    try {
      return budgets.stream().anyMatch(budget -> applies(budget, head));
    } finally {
      lock.unlock();
    }
  }

  private static boolean applies(Budget budget, RequestHead head) {
    return budget.name().equals(name(budget.scope(), head));
  }

  private static String name(Scope scope, RequestHead head) {
    return switch (scope) {
      case KEY -> head.caller();
      case ROUTE -> head.route();
      case ALL -> "";
    };
  }

  /// Counts what an earlier process spent.
  void count(RequestHead head, long micros, long tokens) {
    lock.lock();
    try {
      for (Scope scope : Scope.values()) {
        for (Period period : Period.values()) {
          Account account = new Account(scope, name(scope, head), period);
          LocalDate start = period.start(day(head.time()));
          Total total = totals.computeIfAbsent(account, ignored -> new Total(start));
          if (start.isAfter(total.start)) {
            total = new Total(start);
            totals.put(account, total);
          }
          if (start.equals(total.start)) {
            total.micros = saturated(total.micros, micros);
            total.tokens = saturated(total.tokens, tokens);
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, zone);
  }

  /// Sets a request's bound aside, everywhere or nowhere.
  ///
  /// @param refused takes the reason where that is impossible
  Optional<Hold> hold(RequestHead head, Bound bound, java.util.function.Consumer<Refused> refused) {
    lock.lock();
    try {
      List<Part> parts = new ArrayList<>();
      for (Scope scope : Scope.values()) {
        for (Period period : Period.values()) {
          Total total = current(new Account(scope, name(scope, head), period), head.time());
          long micros = bound.micros().orElse(0);
          long tokens = bound.tokens().orElse(0);
          for (Budget budget : budgets) {
            if (budget.scope() == scope && budget.period() == period && applies(budget, head)) {
              Optional<Refused> problem = problem(budget, total, bound);
              if (problem.isPresent()) {
                refused.accept(problem.get());
                return Optional.empty();
              }
              micros = Math.max(micros, wholeRest(budget.money(), bound.micros(), total.micros));
              tokens = Math.max(tokens, wholeRest(budget.tokens(), bound.tokens(), total.tokens));
            }
          }
          parts.add(new Part(total, micros, tokens));
        }
      }
      for (Part part : parts) {
        part.total.heldMicros = saturated(part.total.heldMicros, part.micros);
        part.total.heldTokens = saturated(part.total.heldTokens, part.tokens);
      }
      return Optional.of(new Hold(parts));
    } finally {
      lock.unlock();
    }
  }

  /// All that is left, for a request without a bound; else nothing.
  private static long wholeRest(Optional<Money> limit, OptionalLong bound, long spent) {
    return bound.isPresent() || limit.isEmpty() ? 0 : Math.max(0, limit.get().micros() - spent);
  }

  private static long wholeRest(OptionalLong limit, OptionalLong bound, long spent) {
    return bound.isPresent() || limit.isEmpty() ? 0 : Math.max(0, limit.getAsLong() - spent);
  }

  /// The total of the period in which a time lies; a clock that goes back changes no period.
  private Total current(Account account, Instant time) {
    LocalDate start = account.period().start(day(time));
    Total total = totals.get(account);
    if (total == null || total.start.isBefore(start)) {
      total = new Total(start);
      totals.put(account, total);
    }
    return total;
  }

  private Optional<Refused> problem(Budget budget, Total total, Bound bound) {
    if (budget.money().isPresent()) {
      if (!bound.isPriced()) {
        return Optional.of(
            new Refused(
                Reason.PRICE,
                "%s limits money, and a model that may be asked has no price; add it to prices.yaml"
                    .formatted(budget.told()),
                Optional.empty()));
      }
      Money limit = budget.money().get();
      if (isTooMuch(total.micros, total.heldMicros, bound.micros(), limit.micros())) {
        return Optional.of(
            exceeded(
                budget,
                total,
                "%s of %s are spent and %s set aside; this request may take %s"
                    .formatted(
                        new Money(total.micros, limit.currency()).amount(),
                        limit,
                        new Money(total.heldMicros, limit.currency()).amount(),
                        shown(bound.micros(), limit.currency()))));
      }
    }
    if (budget.tokens().isPresent()
        && isTooMuch(total.tokens, total.heldTokens, bound.tokens(), budget.tokens().getAsLong())) {
      return Optional.of(
          exceeded(
              budget,
              total,
              "%d of %d tokens are spent and %d set aside; this request may take %s"
                  .formatted(
                      total.tokens,
                      budget.tokens().getAsLong(),
                      total.heldTokens,
                      bound.tokens().isPresent()
                          ? Long.toString(bound.tokens().getAsLong())
                          : "any number")));
    }
    return Optional.empty();
  }

  private static String shown(OptionalLong micros, String currency) {
    return micros.isPresent() ? new Money(micros.getAsLong(), currency).amount() : "any amount";
  }

  private static boolean isTooMuch(long spent, long held, OptionalLong bound, long limit) {
    return bound.isPresent()
        ? saturated(saturated(spent, held), bound.getAsLong()) > limit
        : held > 0 || spent >= limit;
  }

  private Refused exceeded(Budget budget, Total total, String figures) {
    Instant end = budget.period().end(total.start).atStartOfDay(zone).toInstant();
    return new Refused(
        Reason.BUDGET,
        "%s: %s at most; ask with a smaller max_tokens, raise the budget, or wait until %s"
            .formatted(budget.told(), figures, end),
        Optional.of(end));
  }

  private static long saturated(long one, long other) {
    long sum = one + other;
    return sum < 0 && one >= 0 && other >= 0 ? Long.MAX_VALUE : sum;
  }
}
