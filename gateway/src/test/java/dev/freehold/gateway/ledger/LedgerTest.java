package dev.freehold.gateway.ledger;

import static dev.freehold.gateway.ledger.LedgerFixture.LOCAL;
import static dev.freehold.gateway.ledger.LedgerFixture.OTHER;
import static dev.freehold.gateway.ledger.LedgerFixture.VENDOR;
import static dev.freehold.gateway.ledger.LedgerFixture.admitted;
import static dev.freehold.gateway.ledger.LedgerFixture.answered;
import static dev.freehold.gateway.ledger.LedgerFixture.claim;
import static dev.freehold.gateway.ledger.LedgerFixture.head;
import static dev.freehold.gateway.ledger.LedgerFixture.saved;
import static dev.freehold.gateway.ledger.LedgerFixture.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.gateway.ledger.UsageQuery.By;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a ledger keeps of requests, and what it tells of them.
class LedgerTest {
  @TempDir private Path folder;

  @BeforeAll
  static void useSqlite() {
    LedgerFixture.useSqlite();
  }

  private Path file() {
    return folder.resolve("state/ledger.sqlite");
  }

  @Test
  void whatWasSettledIsToldByRouteBackendModelKeyAndDay() {
    try (StoredLedger ledger = LedgerFixture.open(file())) {
      admitted(ledger, head("a", "ann"), claim(1000, 100, VENDOR))
          .settle(answered(VENDOR, 1000, 50));
      admitted(ledger, head("b", "bob"), claim(1000, 100, VENDOR, OTHER))
          .settle(saved(VENDOR, "quota", OTHER, new TokenCounts(400, 300, 20, 5)));
      admitted(ledger, head("c", "bob"), claim(10, 10, LOCAL)).settle(answered(LOCAL, 10, 5));
    }
    Usage keys = usage(file(), By.KEY);
    assertThat(keys.rows()).extracting(Usage.Row::name).containsExactly("ann", "bob");
    Usage.Row ann = keys.rows().getFirst();
    assertThat(ann.costMicros()).isEqualTo(Map.of("EUR", 1000 * 2L + 50 * 8));
    assertThat(ann.ok()).isEqualTo(1);
    assertThat(ann.whole()).contains(new Usage.Latency(100_000, 100_000));
    assertThat(ann.firstToken()).contains(new Usage.Latency(20_000, 20_000));
    Usage.Row bob = keys.rows().getLast();
    assertThat(bob.costMicros()).isEqualTo(Map.of("EUR", 100 * 3L + 90 + 20 * 15));
    assertThat(bob.unpriced()).as("the local answer's cost is unknown").isEqualTo(1);
    assertThat(bob.tokens().cachedShare()).isEqualTo(300 / 410.0);
    assertThat(bob.saved()).isEqualTo(1);
    assertThat(keys.failovers())
        .containsExactly(new Usage.Failover("openai", "quota", "anthropic", 1, 20));
    assertThat(keys.total().requests()).isEqualTo(3);
    assertThat(usage(file(), By.BACKEND).rows())
        .extracting(Usage.Row::name)
        .containsExactly("anthropic", "freehold", "openai");
    assertThat(usage(file(), By.MODEL).rows())
        .extracting(Usage.Row::name)
        .containsExactly("claude", "demo", "gpt-5");
    assertThat(usage(file(), By.DAY).rows())
        .extracting(Usage.Row::name)
        .containsExactly("2026-11-20");
    assertThat(usage(file(), By.ROUTE).rows())
        .extracting(Usage.Row::name)
        .containsExactly("default");
  }

  @Test
  void aVendorsNewPriceHoldsForWhatIsSettledFromThenOn() {
    try (StoredLedger ledger = LedgerFixture.open(file())) {
      admitted(ledger, head("a", "ann"), claim(1000, 100, VENDOR))
          .settle(answered(VENDOR, 1000, 50));
      try (OpenRequest under = admitted(ledger, head("b", "bob"), claim(1000, 100, VENDOR))) {
        ledger.reload(
            new PriceTable(
                "EUR", List.of(LedgerFixture.row("openai", "*", "4", "1", "16")), Optional.empty()),
            List.of());
        under.settle(answered(VENDOR, 1000, 50));
      }
    }
    Usage keys = usage(file(), By.KEY);
    assertThat(keys.rows().getFirst().costMicros()).isEqualTo(Map.of("EUR", 1000 * 2L + 50 * 8));
    assertThat(keys.rows().getLast().costMicros()).isEqualTo(Map.of("EUR", 1000 * 4L + 50 * 16));
  }

  @Test
  void aRequestIsSettledOnce() {
    try (StoredLedger ledger = LedgerFixture.open(file())) {
      OpenRequest request = admitted(ledger, head("a", "ann"), claim(10, 10, VENDOR));
      request.settle(answered(VENDOR, 10, 5));
      assertThatThrownBy(() -> request.settle(answered(VENDOR, 10, 5)))
          .isInstanceOf(IllegalStateException.class);
      request.close();
    }
    Usage.Row total = usage(file(), By.KEY).total();
    assertThat(total.requests()).isEqualTo(1);
    assertThat(total.costMicros()).isEqualTo(Map.of("EUR", 60L));
  }

  @Test
  void aRequestThatIsNeverSettledCountsWithItsBound() {
    try (StoredLedger ledger = LedgerFixture.open(file());
        OpenRequest request = admitted(ledger, head("a", "ann"), claim(100, 10, VENDOR))) {
      assertThat(request.more(claim(100, 10, OTHER))).isEmpty();
    }
    Usage.Row total = usage(file(), By.KEY).total();
    assertThat(total.outcomes()).isEqualTo(Map.of("interrupted", 1L));
    assertThat(total.unsettledMicros()).isEqualTo(Map.of("EUR", 280L + 450));
  }

  @Test
  void othersReadWhileItIsWritten() {
    try (StoredLedger ledger = LedgerFixture.open(file())) {
      OpenRequest open = admitted(ledger, head("a", "ann"), claim(100, 10, VENDOR));
      ledger.flush();
      assertThat(usage(file(), By.KEY).total().unsettled()).isEqualTo(1);
      open.settle(answered(VENDOR, 100, 10));
      ledger.flush();
      assertThat(usage(file(), By.KEY).total().ok()).isEqualTo(1);
    }
  }

  @Test
  void oneProcessWrites() {
    try (StoredLedger ledger = LedgerFixture.open(file())) {
      assertThat(ledger.problem()).isEmpty();
      assertThatThrownBy(() -> LedgerFixture.open(file()))
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("another gateway writes this ledger");
    }
    LedgerFixture.open(file()).close();
  }

  @Test
  void latenciesAreThoseThatHalfAndNearlyAllStayWithin() {
    try (StoredLedger ledger = LedgerFixture.open(file())) {
      for (int i = 1; i <= 100; i++) {
        admitted(ledger, head("r" + i, "ann"), claim(10, 10, VENDOR)).settle(after(i));
      }
    }
    assertThat(usage(file(), By.KEY).total().whole()).contains(new Usage.Latency(50_000, 95_000));
  }

  private static Settlement after(int millis) {
    return new Settlement(
        List.of(new Attempt(VENDOR, Settlement.OK, Duration.ofMillis(millis), TokenCounts.NONE)),
        TokenCounts.NONE,
        Optional.empty(),
        Duration.ofMillis(millis),
        Settlement.OK,
        Energy.UNKNOWN,
        Optional.empty());
  }
}
