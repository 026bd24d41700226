package dev.freehold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.energy.EnergyCounter;
import dev.freehold.gateway.energy.EnergyShares;
import dev.freehold.gateway.ledger.Budget;
import dev.freehold.gateway.ledger.Energy;
import dev.freehold.gateway.ledger.LedgerAccounts;
import dev.freehold.gateway.ledger.NativeSqlite;
import dev.freehold.gateway.ledger.PriceTable;
import dev.freehold.gateway.ledger.StoredLedger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What a gateway tells its ledger, by the thread that asks; with a budget, the ledger is the real
/// one.
final class SimulatedBooks implements Ledger, AutoCloseable {
  private static final long MOST_PER_REQUEST = 5_000;

  private final Optional<StoredLedger> store;
  private final Ledger behind;
  private final long budget;
  private final Map<Thread, Booked> accounts = new HashMap<>();
  private long spent;
  private long largest;

  /// Without a budget.
  SimulatedBooks() {
    this.budget = Long.MAX_VALUE;
    this.store = Optional.empty();
    this.behind = Ledger.NONE;
  }

  /// @param budget in tokens
  SimulatedBooks(long budget, Path file, SimulatedTime time) {
    NativeSqlite.use(Path.of("target", "native"));
    Budget all =
        new Budget(
            Budget.Scope.ALL, "", Budget.Period.MONTH, Optional.empty(), OptionalLong.of(budget));
    StoredLedger opened =
        StoredLedger.open(
            file,
            new StoredLedger.Settings(PriceTable.EMPTY, List.of(all), ZoneOffset.UTC),
            time::instant);
    this.budget = budget;
    this.store = Optional.of(opened);
    this.behind = new LedgerAccounts(opened, new EnergyShares(NONE));
  }

  private static final EnergyCounter NONE =
      new EnergyCounter() {
        @Override
        public OptionalLong microjoules() {
          return OptionalLong.empty();
        }

        @Override
        public Energy.Source source() {
          return Energy.Source.UNKNOWN;
        }

        @Override
        public String told() {
          return "nothing is counted";
        }
      };

  @Override
  public Account open(Admission admission) {
    Booked account = new Booked(behind.open(admission));
    assertThat(accounts.put(Thread.currentThread(), account)).as("one account").isNull();
    return account;
  }

  /// The account of the request that this thread asked, where it was let in.
  Optional<Booked> here() {
    return Optional.ofNullable(accounts.get(Thread.currentThread()));
  }

  /// Whatever was asked at the same time, the budget is exceeded by one request at most.
  void checkBudget() {
    if (budget < Long.MAX_VALUE) {
      assertThat(spent).as("spent").isLessThanOrEqualTo(budget + largest);
    }
  }

  @Override
  public void close() {
    store.ifPresent(StoredLedger::close);
  }

  /// The account of one request.
  final class Booked implements Account {
    final List<Integer> sendings = new ArrayList<>();
    final List<Integer> attempted = new ArrayList<>();
    final List<Settlement> settlements = new ArrayList<>();
    private final Account behind;
    private long here;

    Booked(Account behind) {
      this.behind = behind;
    }

    @Override
    public void sending(Sending sending) {
      behind.sending(sending);
      sendings.add(sending.number());
    }

    @Override
    public void told(ChatEvent event) {
      behind.told(event);
    }

    @Override
    public void ending(FinishReason reason) {
      behind.ending(reason);
    }

    @Override
    public void attempted(Attempt attempt) {
      behind.attempted(attempt);
      attempted.add(attempt.number());
      long tokens = attempt.tokens().prompt() + attempt.tokens().answer();
      assertThat(tokens).isLessThan(MOST_PER_REQUEST);
      assertThat(attempt.time()).isLessThanOrEqualTo(Duration.ofMinutes(10));
      here += tokens;
      spent += tokens;
      largest = Math.max(largest, here);
    }

    @Override
    public void settle(Settlement settlement) {
      behind.settle(settlement);
      settlements.add(settlement);
    }
  }
}
