package dev.freehold.gateway.ledger;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Ledgers, prices and requests as tests use them.
final class LedgerFixture {
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  static final Target VENDOR = Target.vendor("openai", "gpt-5");
  static final Target OTHER = Target.vendor("anthropic", "claude");
  static final Target LOCAL = Target.local("freehold", "demo");

  /// Two euros for a million tokens of prompts, eight for those of answers.
  static final PriceTable PRICES =
      new PriceTable(
          "EUR",
          List.of(row("openai", "*", "2", "0.5", "8"), row("anthropic", "*", "3", "0.3", "15")),
          Optional.empty());

  private LedgerFixture() {}

  static void useSqlite() {
    NativeSqlite.use(Path.of("target", "native"));
  }

  static PriceTable.Row row(
      String backend, String model, String input, String cached, String output) {
    return new PriceTable.Row(
        backend,
        model,
        LocalDate.EPOCH,
        new Price(
            new BigDecimal(input),
            new BigDecimal(cached),
            new BigDecimal(output),
            OptionalLong.empty(),
            "EUR"));
  }

  static StoredLedger open(Path file, Budget... budgets) {
    return StoredLedger.open(
        file, new StoredLedger.Settings(PRICES, List.of(budgets), ZoneOffset.UTC), () -> NOON);
  }

  static RequestHead head(String id, String caller) {
    return head(id, caller, NOON);
  }

  static RequestHead head(String id, String caller, Instant time) {
    return new RequestHead(id, time, "default", caller, "default");
  }

  static Claim claim(long prompt, long completion, Target... targets) {
    return new Claim(List.of(targets), prompt, OptionalLong.of(completion));
  }

  static OpenRequest admitted(StoredLedger ledger, RequestHead head, Claim claim) {
    return switch (ledger.admit(head, claim)) {
      case Admission.Admitted admitted -> admitted.request();
      case Admission.Refused refused -> throw new AssertionError(refused.message());
    };
  }

  /// An answer of one attempt, after 100 ms and with the first token after 20.
  static Settlement answered(Target target, long prompt, long completion) {
    TokenCounts tokens = new TokenCounts(prompt, 0, completion, 0);
    return new Settlement(
        List.of(new Attempt(target, Settlement.OK, Duration.ofMillis(90), tokens)),
        tokens,
        Optional.of(Duration.ofMillis(20)),
        Duration.ofMillis(100),
        Settlement.OK,
        Energy.UNKNOWN,
        Optional.empty());
  }

  /// An answer of the second target after the first had failed.
  static Settlement saved(Target failed, String failure, Target served, TokenCounts tokens) {
    return new Settlement(
        List.of(
            Attempt.failed(failed, failure, Duration.ofMillis(30)),
            new Attempt(served, Settlement.OK, Duration.ofMillis(60), tokens)),
        tokens,
        Optional.of(Duration.ofMillis(40)),
        Duration.ofMillis(100),
        Settlement.OK,
        Energy.UNKNOWN,
        Optional.empty());
  }

  static Usage usage(Path file, UsageQuery.By by) {
    try (UsageReader reader = UsageReader.open(file)) {
      return reader.read(
          new UsageQuery(
              by,
              Instant.EPOCH,
              Instant.parse("9999-01-01T00:00:00Z"),
              Optional.empty(),
              ZoneOffset.UTC));
    }
  }
}
