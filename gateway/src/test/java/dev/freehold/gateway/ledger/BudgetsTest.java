package dev.freehold.gateway.ledger;

import static dev.freehold.gateway.ledger.LedgerFixture.LOCAL;
import static dev.freehold.gateway.ledger.LedgerFixture.NOON;
import static dev.freehold.gateway.ledger.LedgerFixture.OTHER;
import static dev.freehold.gateway.ledger.LedgerFixture.VENDOR;
import static dev.freehold.gateway.ledger.LedgerFixture.admitted;
import static dev.freehold.gateway.ledger.LedgerFixture.answered;
import static dev.freehold.gateway.ledger.LedgerFixture.claim;
import static dev.freehold.gateway.ledger.LedgerFixture.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.gateway.ledger.Admission.Admitted;
import dev.freehold.gateway.ledger.Admission.Reason;
import dev.freehold.gateway.ledger.Admission.Refused;
import dev.freehold.gateway.ledger.Budget.Period;
import dev.freehold.gateway.ledger.Budget.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Budgets: what is let in, whatever races, and what a restart remembers.
class BudgetsTest {
  @TempDir private Path folder;

  @BeforeAll
  static void useSqlite() {
    LedgerFixture.useSqlite();
  }

  private Path file() {
    return folder.resolve("ledger.sqlite");
  }

  private static Budget money(String key, Period period, long micros) {
    return new Budget(
        Scope.KEY, key, period, Optional.of(new Money(micros, "EUR")), OptionalLong.empty());
  }

  private static Budget tokens(Scope scope, String name, long tokens) {
    return new Budget(scope, name, Period.DAY, Optional.empty(), OptionalLong.of(tokens));
  }

  private static Refused refused(StoredLedger ledger, RequestHead head, Claim claim) {
    return switch (ledger.admit(head, claim)) {
      case Refused refused -> refused;
      case Admitted admitted -> throw new AssertionError("it was let in");
    };
  }

  /// K7: whatever the interleaving, what is settled never exceeds the budget, since each request
  /// takes at most its bound; and no money is left over that a request could have used.
  @ParameterizedTest
  @EnumSource(Scope.class)
  void aThousandAtTheLimitDoNotOverspend(Scope scope) throws Exception {
    long each = 100 * 2 + 10 * 8; // micro-euros of 100 tokens in and 10 out
    int affordable = 137;
    Budget budget =
        new Budget(
            scope,
            scope == Scope.ALL ? "" : scope == Scope.KEY ? "ann" : "default",
            Period.DAY,
            Optional.of(new Money(affordable * each + each - 1, "EUR")),
            OptionalLong.empty());
    AtomicLong spent = new AtomicLong();
    AtomicInteger letIn = new AtomicInteger();
    try (StoredLedger ledger = LedgerFixture.open(file(), budget);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        String id = "r" + i;
        all.add(
            threads.submit(() -> {
              start.await();
              Admission admission = ledger.admit(head(id, "ann"), claim(100, 10, VENDOR));
              if (admission instanceof Admitted admitted) {
                letIn.incrementAndGet();
                Thread.sleep(1);
                admitted.request().settle(answered(VENDOR, 100, 10));
                spent.addAndGet(each);
              }
              return null;
            }));
      }
      start.countDown();
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(letIn).hasValue(affordable);
    assertThat(spent.get()).isEqualTo(affordable * each);
    assertThat(LedgerFixture.usage(file(), UsageQuery.By.KEY).total().costMicros())
        .containsEntry("EUR", affordable * each);
  }

  /// Any order of beginnings and ends, with and without bounds, over days: at no time is more
  /// settled than the limit and one request without a bound.
  @Test
  void noOrderOverspendsByMoreThanOneRequest() {
    long most = 5_000; // what a request without a bound takes at most
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      long limit = 1_000 + random.nextInt(20_000);
      Budgets budgets = new Budgets(List.of(money("ann", Period.DAY, limit)), ZoneOffset.UTC);
      List<Held> open = new ArrayList<>();
      Map<LocalDate, Long> spent = new HashMap<>();
      Instant time = NOON;
      for (int step = 0; step < 500; step++) {
        time = time.plusSeconds(random.nextInt(1200));
        if (random.nextInt(3) > 0) {
          OptionalLong bound =
              random.nextInt(5) == 0
                  ? OptionalLong.empty()
                  : OptionalLong.of(random.nextInt(3_000));
          Instant asked = time;
          budgets
              .hold(
                  head("r" + step, "ann", time),
                  new Budgets.Bound(OptionalLong.of(1), bound, true),
                  refused -> assertThat(refused.reason()).isEqualTo(Reason.BUDGET))
              .ifPresent(hold -> open.add(new Held(hold, asked, bound.orElse(most))));
        } else if (!open.isEmpty()) {
          Held held = open.remove(random.nextInt(open.size()));
          long taken = random.nextLong(held.most() + 1);
          held.hold().settle(taken, 1);
          LocalDate day = LocalDate.ofInstant(held.time(), ZoneOffset.UTC);
          assertThat(spent.merge(day, taken, Long::sum))
              .as("seed %d, step %d", seed, step)
              .isLessThanOrEqualTo(limit + most);
        }
      }
    }
  }

  /// A request that was let in, and what it takes at most.
  private record Held(Budgets.Hold hold, Instant time, long most) {}

  @Test
  void aRequestWithoutABoundIsLetInAlone() throws Exception {
    Claim unbounded = new Claim(List.of(VENDOR), 100, OptionalLong.empty());
    AtomicInteger letIn = new AtomicInteger();
    try (StoredLedger ledger = LedgerFixture.open(file(), money("ann", Period.DAY, 1000));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 1000; i++) {
        String id = "r" + i;
        threads.submit(() -> {
          if (ledger.admit(head(id, "ann"), unbounded) instanceof Admitted) {
            letIn.incrementAndGet();
          }
        });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(letIn).hasValue(1);
      assertThat(refused(ledger, head("s", "ann"), claim(1, 1, VENDOR)).reason())
          .isEqualTo(Reason.BUDGET);
      assertThat(ledger.admit(head("t", "bob"), unbounded)).isInstanceOf(Admitted.class);
    }
  }

  @Test
  void whatAModelWritesAtMostBoundsARequestThatSaysNothing() {
    PriceTable.Row row = LedgerFixture.row("openai", "*", "2", "0.5", "8");
    Price price = row.price();
    Price bounded =
        new Price(
            price.input(), price.cached(), price.output(), OptionalLong.of(50), price.currency());
    PriceTable prices =
        new PriceTable(
            "EUR",
            List.of(new PriceTable.Row("openai", "*", row.from(), bounded)),
            Optional.empty());
    StoredLedger.Settings settings =
        new StoredLedger.Settings(prices, List.of(money("ann", Period.DAY, 1300)), ZoneOffset.UTC);
    try (StoredLedger ledger = StoredLedger.open(file(), settings, () -> NOON)) {
      Claim silent = new Claim(List.of(VENDOR), 100, OptionalLong.empty()); // 200 + 400
      admitted(ledger, head("a", "ann"), silent).close();
      admitted(ledger, head("b", "ann"), claim(100, 1_000_000, VENDOR)).close();
      assertThat(refused(ledger, head("c", "ann"), silent).message())
          .contains("0.0012 of 0.0013 EUR are spent", "may take 0.0006");
    }
  }

  @Test
  void whatWasNotUsedIsFreeAgain() {
    try (StoredLedger ledger = LedgerFixture.open(file(), money("ann", Period.DAY, 300))) {
      OpenRequest first = admitted(ledger, head("a", "ann"), claim(100, 10, VENDOR)); // 280
      Refused second = refused(ledger, head("b", "ann"), claim(10, 1, VENDOR));
      assertThat(second.message())
          .startsWith(
              "the day's budget of key ann: 0.00 of 0.0003 EUR are spent and 0.00028 set aside;"
                  + " this request may take 0.000028 at most;")
          .endsWith("wait until 2026-11-21T00:00:00Z");
      assertThat(second.until()).contains(Instant.parse("2026-11-21T00:00:00Z"));
      first.settle(answered(VENDOR, 100, 0)); // 200
      admitted(ledger, head("c", "ann"), claim(10, 10, VENDOR)).close(); // 100
      assertThat(refused(ledger, head("d", "ann"), claim(1, 0, VENDOR)).message())
          .contains("0.0003 of 0.0003 EUR are spent");
    }
  }

  @Test
  void theDearestTargetCountsAndAFurtherAttemptSetsMoreAside() {
    try (StoredLedger ledger = LedgerFixture.open(file(), money("ann", Period.DAY, 1000))) {
      Claim both = claim(100, 40, VENDOR, OTHER); // 300 + 600 at the dearer one
      OpenRequest request = admitted(ledger, head("a", "ann"), both);
      assertThat(request.more(claim(100, 1, VENDOR))).isPresent();
      assertThat(request.more(claim(10, 1, VENDOR))).isEmpty();
      assertThat(refused(ledger, head("b", "ann"), claim(40, 1, VENDOR)).reason())
          .isEqualTo(Reason.BUDGET);
      request.settle(answered(OTHER, 100, 1));
      admitted(ledger, head("c", "ann"), claim(40, 1, VENDOR)).close();
    }
  }

  @Test
  void aModelWithoutAPriceIsRefusedWhereMoneyIsLimited() {
    try (StoredLedger ledger = LedgerFixture.open(file(), money("ann", Period.DAY, 1000))) {
      Claim unknown = claim(1, 1, Target.vendor("new", "model"));
      Refused refused = refused(ledger, head("a", "ann"), unknown);
      assertThat(refused.reason()).isEqualTo(Reason.PRICE);
      assertThat(refused.message()).contains("has no price; add it to prices.yaml");
      assertThat(ledger.admit(head("b", "bob"), unknown)).isInstanceOf(Admitted.class);
    }
  }

  @Test
  void theLocalModelIsNotRefusedForMoneyButForTokens() {
    try (StoredLedger ledger =
        LedgerFixture.open(file(), money("ann", Period.DAY, 0), tokens(Scope.KEY, "ann", 100))) {
      admitted(ledger, head("a", "ann"), claim(50, 50, LOCAL)).settle(answered(LOCAL, 50, 40));
      assertThat(refused(ledger, head("b", "ann"), claim(6, 5, LOCAL)).message())
          .contains("90 of 100 tokens are spent");
      admitted(ledger, head("c", "ann"), claim(5, 5, LOCAL)).close();
    }
  }

  @Test
  void spendingSurvivesARestartAndEndsWithItsPeriod() {
    Budget day = money("ann", Period.DAY, 600);
    Budget month = money("ann", Period.MONTH, 1000);
    try (StoredLedger ledger = LedgerFixture.open(file(), day, month)) {
      RequestHead yesterday = head("a", "ann", NOON.minus(Duration.ofDays(1)));
      admitted(ledger, yesterday, claim(100, 10, VENDOR)).settle(answered(VENDOR, 100, 10)); // 280
      admitted(ledger, head("b", "ann"), claim(100, 10, VENDOR))
          .settle(answered(VENDOR, 100, 10)); // 280
      // never settled: it counts with its bound, 280
      admitted(ledger, head("c", "ann"), claim(100, 10, VENDOR));
    }
    try (StoredLedger ledger = LedgerFixture.open(file(), day, month)) {
      assertThat(refused(ledger, head("d", "ann"), claim(50, 0, VENDOR)).message())
          .contains("the day's budget", "0.00056 of 0.0006 EUR are spent");
      RequestHead tomorrow = head("e", "ann", NOON.plus(Duration.ofDays(1)));
      assertThat(refused(ledger, tomorrow, claim(100, 0, VENDOR)).message())
          .contains("the month's budget", "0.00084 of 0.001 EUR are spent");
      admitted(ledger, tomorrow, claim(70, 0, VENDOR)).settle(answered(VENDOR, 70, 0));
      RequestHead later = head("f", "ann", Instant.parse("2026-12-01T00:00:00Z"));
      admitted(ledger, later, claim(100, 10, VENDOR)).settle(answered(VENDOR, 100, 10));
    }
  }

  @Test
  void otherBudgetsTakeOverWhatIsSpent() {
    try (StoredLedger ledger = LedgerFixture.open(file())) {
      admitted(ledger, head("a", "ann"), claim(100, 10, VENDOR)).settle(answered(VENDOR, 100, 10));
      ledger.reload(LedgerFixture.PRICES, List.of(tokens(Scope.ROUTE, "default", 120)));
      assertThat(refused(ledger, head("b", "bob"), claim(10, 5, VENDOR)).message())
          .contains("the day's budget of route default: 110 of 120 tokens are spent");
    }
  }

  @Test
  void aBudgetInAnotherCurrencyThanThePricesIsRefused() {
    Budget dollars =
        new Budget(
            Scope.ALL, "", Period.DAY, Optional.of(new Money(1, "USD")), OptionalLong.empty());
    assertThatThrownBy(() -> LedgerFixture.open(file(), dollars))
        .isInstanceOf(LedgerException.class)
        .hasMessage(
            "the day's budget of all is in USD, and the prices are in EUR; write both in one"
                + " currency");
    assertThatThrownBy(
            () -> new StoredLedger.Settings(PriceTable.EMPTY, List.of(dollars), ZoneOffset.UTC))
        .hasMessageContaining("there are no prices");
  }

  @Test
  void aClockThatGoesBackGivesNothingBack() {
    try (StoredLedger ledger = LedgerFixture.open(file(), money("ann", Period.DAY, 300))) {
      admitted(ledger, head("a", "ann"), claim(100, 10, VENDOR)).settle(answered(VENDOR, 100, 10));
      RequestHead before = head("b", "ann", NOON.minus(Duration.ofDays(2)));
      assertThat(refused(ledger, before, claim(100, 10, VENDOR)).reason()).isEqualTo(Reason.BUDGET);
    }
  }
}
