package dev.freehold.gateway.ledger;

import static dev.freehold.gateway.ledger.LedgerFixture.NOON;
import static dev.freehold.gateway.ledger.LedgerFixture.PRICES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.gateway.Ledger;
import dev.freehold.gateway.Ledger.Candidate;
import dev.freehold.gateway.Ledger.Outcome;
import dev.freehold.gateway.Ledger.Tokens;
import dev.freehold.gateway.energy.EnergyShares;
import dev.freehold.gateway.energy.EstimatedCounter;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.ledger.UsageQuery.By;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The gateway's accounts as they arrive in the ledger.
class LedgerAccountsTest {
  private static final ChatRequest REQUEST =
      new ChatRequest(
              "tickets",
              new Input.Conversation(
                  List.of(new Message.User(List.of(new Part.Text("Why?")))), List.of(), Map.of()),
              Sampling.UNSAID,
              new Ending(List.of(), OptionalInt.of(10)))
          .withCaller(new Caller("ann", Caller.Priority.NORMAL, true));
  private static final Candidate VENDOR = new Candidate("openai", "gpt-5", false);
  private static final Candidate OTHER = new Candidate("anthropic", "claude", false);
  private static final Candidate OWN = new Candidate("engine", "", true);

  @TempDir private Path folder;

  private final AtomicReference<Duration> processorTime = new AtomicReference<>(Duration.ZERO);
  private final EnergyShares energy =
      new EnergyShares(new EstimatedCounter(processorTime::get, OptionalDouble.of(10), 1));

  @BeforeAll
  static void useSqlite() {
    LedgerFixture.useSqlite();
  }

  private Path file() {
    return folder.resolve("ledger.sqlite");
  }

  private StoredLedger open(long limit) {
    Budget budget =
        new Budget(
            Budget.Scope.KEY,
            "ann",
            Budget.Period.DAY,
            Optional.of(new Money(limit, "EUR")),
            OptionalLong.empty());
    return StoredLedger.open(
        file(), new StoredLedger.Settings(PRICES, List.of(budget), ZoneOffset.UTC), () -> NOON);
  }

  private static Ledger.Admission asked(Candidate... candidates) {
    return new Ledger.Admission(
        "id", REQUEST, "tickets", NOON, 100, Optional.of(10), List.of(candidates));
  }

  private static void attempt(
      Ledger.Account account,
      int number,
      Candidate target,
      Tokens tokens,
      Optional<FailureClass> failure) {
    account.sending(new Ledger.Sending(number, target, NOON));
    account.attempted(
        new Ledger.Attempt(
            number, target, "as told", tokens, failure, Optional.empty(), Duration.ofMillis(5)));
  }

  private static void settle(Ledger.Account account, Outcome outcome, Tokens tokens) {
    account.settle(
        new Ledger.Settlement(
            outcome,
            Optional.empty(),
            "",
            tokens,
            Optional.of(FailureClass.STALLED),
            2,
            Optional.empty(),
            Duration.ofMillis(20)));
  }

  @Test
  void aVendorThatBreaksOffAndTheEngineThatAnswers() {
    try (StoredLedger store = open(1_000_000)) {
      Ledger.Account account = new LedgerAccounts(store, energy).open(asked(VENDOR, OWN));
      attempt(
          account, 1, VENDOR, new Tokens(100, 0, 4, 0, true), Optional.of(FailureClass.STALLED));
      account.sending(new Ledger.Sending(2, OWN, NOON));
      processorTime.set(Duration.ofSeconds(3));
      Tokens tokens = new Tokens(104, 90, 6, 0, false);
      account.attempted(
          new Ledger.Attempt(
              2, OWN, "demo", tokens, Optional.empty(), Optional.empty(), Duration.ZERO));
      settle(account, Outcome.ANSWERED, tokens);
    }
    Usage usage = LedgerFixture.usage(file(), By.MODEL);
    assertThat(usage.rows()).extracting(Usage.Row::name).containsExactly("demo");
    assertThat(usage.total().outcomes()).isEqualTo(Map.of("ok", 1L));
    assertThat(usage.total().millijoules()).isEqualTo(Map.of("estimate", 30_000L));
    assertThat(usage.total().unpriced()).as("the local part has no price").isEqualTo(1);
    assertThat(usage.failovers())
        .containsExactly(new Usage.Failover("openai", "stalled", "engine", 1, 6));
  }

  @Test
  void whatBreaksOffIsCountedToo() {
    try (StoredLedger store = open(1_000_000)) {
      LedgerAccounts accounts = new LedgerAccounts(store, energy);
      Ledger.Account broken = accounts.open(asked(VENDOR));
      attempt(broken, 1, VENDOR, new Tokens(100, 0, 4, 0, true), Optional.of(FailureClass.STALLED));
      settle(broken, Outcome.PARTIAL, Tokens.NONE);
      Ledger.Account gone = accounts.open(asked(VENDOR));
      attempt(gone, 1, VENDOR, new Tokens(100, 0, 2, 0, true), Optional.empty());
      settle(gone, Outcome.CANCELLED, Tokens.NONE);
    }
    Usage.Row total = LedgerFixture.usage(file(), By.KEY).total();
    assertThat(total.outcomes()).isEqualTo(Map.of("partial, stalled", 1L, "cancelled", 1L));
    assertThat(total.tokens().completion()).isEqualTo(6);
    assertThat(total.costMicros()).isEqualTo(Map.of("EUR", 200L + 32 + 200 + 16));
  }

  @Test
  void aBudgetRefusesAtTheBeginningAndBeforeAFurtherAttempt() {
    try (StoredLedger store = open(1000)) {
      LedgerAccounts accounts = new LedgerAccounts(store, energy);
      Ledger.Account account = accounts.open(asked(VENDOR, OTHER)); // 942 at the dearer one
      assertThatThrownBy(() -> accounts.open(asked(VENDOR)))
          .isInstanceOf(ChatException.class)
          .hasMessageContaining("the day's budget of key ann")
          .satisfies(refused -> {
            ChatException told = (ChatException) refused;
            assertThat(told.kind()).isEqualTo(ChatException.Kind.OVERLOADED);
            assertThat(told.retryAfter()).isEqualTo(Duration.ofHours(12));
          });
      attempt(
          account, 1, VENDOR, new Tokens(100, 0, 10, 0, true), Optional.of(FailureClass.STALLED));
      assertThatThrownBy(() -> account.sending(new Ledger.Sending(2, OTHER, NOON)))
          .isInstanceOf(ChatException.class);
      account.sending(new Ledger.Sending(2, OWN, Instant.EPOCH));
      account.attempted(
          new Ledger.Attempt(
              2, OWN, "demo", Tokens.NONE, Optional.empty(), Optional.empty(), Duration.ZERO));
      settle(account, Outcome.ANSWERED, Tokens.NONE);
    }
  }

  @Test
  void wordsAreKeptOnlyWhereThatIsSwitchedOn() {
    try (StoredLedger store = open(1_000_000)) {
      LedgerAccounts accounts = new LedgerAccounts(store, energy);
      settle(accounts.open(asked(VENDOR)), Outcome.ANSWERED, Tokens.NONE);
      store.record(true);
      Ledger.Account account = accounts.open(asked(VENDOR));
      account.told(new ChatEvent.TextDelta("Be"));
      account.told(new ChatEvent.ReasoningDelta("Hm."));
      account.told(new ChatEvent.TextDelta("cause."));
      account.told(new ChatEvent.CallStarted(0, "c1", "look"));
      account.told(new ChatEvent.CallArguments(0, "{}"));
      account.ending(FinishReason.TOOL_CALLS);
      settle(account, Outcome.ANSWERED, Tokens.NONE);
      Ledger.Account huge = accounts.open(asked(VENDOR));
      huge.told(new ChatEvent.TextDelta("a".repeat(Transcript.MOST_CHARACTERS + 1)));
      settle(huge, Outcome.ANSWERED, Tokens.NONE);
    }
    List<String> lines = new ArrayList<>();
    UsageQuery all =
        new UsageQuery(
            By.DAY, Instant.EPOCH, NOON.plusSeconds(9), Optional.empty(), ZoneOffset.UTC);
    try (UsageReader reader = UsageReader.open(file())) {
      reader.exchanges(all, line -> lines.add(line.toString()));
    }
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .contains(
            "\"content\":\"Why?\"", "\"content\":\"Because.\"", "\"finish_reason\":\"tool_calls\"")
        .contains("\"name\":\"look\"", "\"traffic\":1", "\"max_tokens\":10")
        .doesNotContain("Hm.");
  }
}
