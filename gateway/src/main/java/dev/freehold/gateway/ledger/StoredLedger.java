package dev.freehold.gateway.ledger;

import dev.freehold.gateway.ledger.Admission.Admitted;
import dev.freehold.gateway.ledger.Admission.Reason;
import dev.freehold.gateway.ledger.Admission.Refused;
import dev.freehold.sqlite.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Every request and what it took, in a SQLite file that one process writes; who may ask is decided
/// here too, since the same figures decide it.
///
/// Nobody who asks or answers waits for the disk. A request is written when it is let in and again
/// when it is settled, by one thread in transactions of what came meanwhile. What a commit has
/// taken survives the end of the process, `kill -9` too. Lost is at most what was handed over and
/// not committed yet, [Settings#capacity] requests however slow the disk is and usually those of a
/// few milliseconds; of them, those whose beginning was committed stay, as interrupted, and count
/// with their whole bound. After a power cut at most the commits of the last seconds are missing.
/// Nothing is ever counted twice.
public final class StoredLedger implements AutoCloseable {
  private final Settings settings;
  private final LedgerFile.Ownership ownership;
  private final LedgerWriter writer;
  private final Budgets budgets;
  private final AtomicReference<PriceTable> prices;
  private final AtomicBoolean isRecording;
  private final Semaphore slots;
  private final AtomicLong numbers;

  /// How a ledger is kept.
  ///
  /// @param zone whose midnights begin the days and months of budgets
  /// @param isRecording whether what was asked and answered is kept, word for word
  /// @param capacity requests that may be under way or not written yet
  public record Settings(
      PriceTable prices, List<Budget> budgets, ZoneId zone, boolean isRecording, int capacity) {
    public static final int DEFAULT_CAPACITY = 16_384;

    public Settings {
      budgets = List.copyOf(budgets);
      checkCurrencies(budgets, prices);
      if (capacity < 1) {
        throw new IllegalArgumentException("capacity: " + capacity);
      }
    }

    public Settings(PriceTable prices, List<Budget> budgets, ZoneId zone) {
      this(prices, budgets, zone, false, DEFAULT_CAPACITY);
    }
  }

  private StoredLedger(Settings settings, LedgerFile.Ownership ownership, Opening opening) {
    this.settings = settings;
    this.ownership = ownership;
    this.writer = opening.writer;
    this.budgets = opening.budgets;
    this.prices = new AtomicReference<>(settings.prices());
    this.isRecording = new AtomicBoolean(settings.isRecording());
    this.slots = opening.slots;
    this.numbers = new AtomicLong(opening.lastNumber);
  }

  private record Opening(LedgerWriter writer, Budgets budgets, Semaphore slots, long lastNumber) {}

  /// Opens a ledger, and makes one where there is none. Requests that were open when an earlier
  /// process died become interrupted; what was spent in this day and month counts.
  ///
  /// [NativeSqlite#use] comes first.
  ///
  /// @throws LedgerException where another process writes it, or the file is none that can be used;
  ///   the file stays as it is then
  public static StoredLedger open(Path file, Settings settings, InstantSource clock) {
    LedgerFile.Ownership ownership = LedgerFile.Ownership.take(file);
    Connection connection = null;
    try {
      connection = LedgerFile.write(file, LedgerSchema.CURRENT);
      Opening opening = begin(connection, settings, clock);
      opening.writer.start();
      return new StoredLedger(settings, ownership, opening);
    } catch (SQLException failure) {
      SqliteFile.closeQuietly(connection);
      ownership.close();
      throw LedgerFile.broken(file, failure);
    } catch (RuntimeException failure) {
      SqliteFile.closeQuietly(connection);
      ownership.close();
      throw failure;
    }
  }

  private static Opening begin(Connection connection, Settings settings, InstantSource clock)
      throws SQLException {
    long last;
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE request SET state = 2, outcome = 'interrupted' WHERE state = 0");
      try (ResultSet result = statement.executeQuery("SELECT max(number) FROM request")) {
        last = result.next() ? result.getLong(1) : 0;
      }
    }
    Budgets budgets = new Budgets(settings.budgets(), settings.zone());
    countSpent(connection, settings, clock.instant(), budgets);
    Semaphore slots = new Semaphore(settings.capacity());
    return new Opening(new LedgerWriter(connection, slots, clock), budgets, slots, last);
  }

  private static void countSpent(
      Connection connection, Settings settings, Instant now, Budgets budgets) throws SQLException {
    LocalDate month = LocalDate.ofInstant(now, settings.zone()).withDayOfMonth(1);
    String query =
        "SELECT time, route, caller, currency, CASE state WHEN 2 THEN bound_micros ELSE"
            + " vendor_micros END, CASE state WHEN 2 THEN bound_tokens ELSE prompt_tokens +"
            + " completion_tokens END FROM request WHERE time >= ?";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setLong(1, month.atStartOfDay(settings.zone()).toInstant().toEpochMilli());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          RequestHead head =
              new RequestHead(
                  "", Instant.ofEpochMilli(row.getLong(1)), row.getString(2), row.getString(3), "");
          boolean isSame = settings.prices().currency().equals(row.getString(4));
          budgets.count(
              head, isSame ? Math.max(0, row.getLong(5)) : 0, Math.max(0, row.getLong(6)));
        }
      }
    }
  }

  /// Refuses budgets in another currency than that of the prices.
  private static void checkCurrencies(List<Budget> budgets, PriceTable prices) {
    for (Budget budget : budgets) {
      if (budget.money().isPresent()
          && !budget.money().get().currency().equals(prices.currency())) {
        throw new LedgerException(
            prices.equals(PriceTable.EMPTY)
                ? "%s limits money, and there are no prices; write them into prices.yaml"
                    .formatted(budget.told())
                : "%s is in %s, and the prices are in %s; write both in one currency"
                    .formatted(budget.told(), budget.money().get().currency(), prices.currency()));
      }
    }
  }

  /// Takes over other prices and budgets; what is spent and set aside stays. Requests under way are
  /// billed by the prices of their settlement.
  public void reload(PriceTable newPrices, List<Budget> newBudgets) {
    checkCurrencies(newBudgets, newPrices);
    if (!newPrices.currency().equals(prices.get().currency())
        && !newBudgets.isEmpty()
        && !prices.get().equals(PriceTable.EMPTY)) {
      throw new LedgerException(
          "the currency of the prices changed from %s to %s; start the gateway anew for that"
              .formatted(prices.get().currency(), newPrices.currency()));
    }
    prices.set(newPrices);
    budgets.replace(newBudgets);
  }

  /// Whether what was asked and answered is to be told when a request is settled.
  public boolean isRecording() {
    return isRecording.get();
  }

  /// Switches recording on or off for requests from now on.
  public void record(boolean isWanted) {
    isRecording.set(isWanted);
  }

  /// Why nothing can be written at present; empty where all is well.
  public Optional<String> problem() {
    return writer.problem();
  }

  /// Lets a request in or refuses it, at once.
  public Admission admit(RequestHead head, Claim claim) {
    boolean hasSlot = slots.tryAcquire();
    if (!hasSlot && budgets.limits(head)) {
      return new Refused(
          Reason.LEDGER,
          "the ledger cannot be written (%s), and this request has a budget to keep"
              .formatted(writer.problem().orElse("too many requests are under way")),
          Optional.of(head.time().plusSeconds(1)));
    }
    PriceTable now = prices.get();
    Budgets.Bound bound = bound(now, claim, head.time());
    AtomicReference<@Nullable Refused> refused = new AtomicReference<>();
    Optional<Budgets.Hold> hold = budgets.hold(head, bound, refused::set);
    if (hold.isEmpty()) {
      if (hasSlot) {
        slots.release();
      }
      return java.util.Objects.requireNonNull(refused.get());
    }
    if (!hasSlot) {
      writer.miss();
      return new Admitted(new Entry(head, bound, hold.get(), 0));
    }
    long number = numbers.incrementAndGet();
    writer.add(new LedgerEntry.Opened(number, head, bound, now.currency()));
    return new Admitted(new Entry(head, bound, hold.get(), number));
  }

  private static Budgets.Bound bound(PriceTable prices, Claim claim, Instant time) {
    OptionalLong micros = OptionalLong.of(0);
    OptionalLong answer = OptionalLong.of(0);
    boolean isPriced = true;
    for (Target target : claim.targets()) {
      Optional<Price> price = target.isLocal() ? Optional.empty() : prices.find(target, time);
      OptionalLong most = most(claim, price);
      answer = larger(answer, most);
      if (!target.isLocal()) {
        isPriced &= price.isPresent();
        micros =
            larger(
                micros,
                price.isPresent() && most.isPresent()
                    ? OptionalLong.of(
                        price.get().bound(claim.promptTokens(), most.getAsLong()).micros())
                    : OptionalLong.empty());
      }
    }
    OptionalLong tokens =
        answer.isPresent()
            ? OptionalLong.of(claim.promptTokens() + answer.getAsLong())
            : OptionalLong.empty();
    return new Budgets.Bound(tokens, micros, isPriced);
  }

  /// Tokens that a model writes at most: what the request says, or less where the model ends first.
  private static OptionalLong most(Claim claim, Optional<Price> price) {
    OptionalLong own = price.isPresent() ? price.get().maxOutput() : OptionalLong.empty();
    return own.isPresent() && claim.maxTokens().isPresent()
        ? OptionalLong.of(Math.min(own.getAsLong(), claim.maxTokens().getAsLong()))
        : own.isPresent() ? own : claim.maxTokens();
  }

  /// The larger of two bounds; nothing, where one is none.
  private static OptionalLong larger(OptionalLong one, OptionalLong other) {
    return one.isPresent() && other.isPresent()
        ? OptionalLong.of(Math.max(one.getAsLong(), other.getAsLong()))
        : OptionalLong.empty();
  }

  /// Waits until all that was settled is written; for who reads the file next.
  public void flush() {
    writer.flush();
  }

  /// Requests of this process that have ended and are committed.
  public long committed() {
    return writer.settled();
  }

  @Override
  public void close() {
    try {
      writer.close();
    } finally {
      ownership.close();
    }
  }

  /// A request under way; number 0 where it is not recorded.
  private final class Entry implements OpenRequest {
    private final RequestHead head;
    private final long number;
    private final List<Budgets.Hold> holds = new ArrayList<>();
    private final AtomicBoolean isSettled = new AtomicBoolean();
    private Budgets.Bound bound;

    Entry(RequestHead head, Budgets.Bound bound, Budgets.Hold hold, long number) {
      this.head = head;
      this.bound = bound;
      this.holds.add(hold);
      this.number = number;
    }

    @Override
    public synchronized Optional<Refused> more(Claim claim) {
      if (isSettled.get()) {
        throw new IllegalStateException("request %s is settled".formatted(head.id()));
      }
      Budgets.Bound further = bound(prices.get(), claim, head.time());
      AtomicReference<@Nullable Refused> refused = new AtomicReference<>();
      Optional<Budgets.Hold> hold = budgets.hold(head, further, refused::set);
      if (hold.isEmpty()) {
        return Optional.ofNullable(refused.get());
      }
      holds.add(hold.get());
      bound =
          new Budgets.Bound(
              sum(bound.tokens(), further.tokens()),
              sum(bound.micros(), further.micros()),
              bound.isPriced() && further.isPriced());
      if (number > 0) {
        writer.add(new LedgerEntry.Raised(number, bound));
      }
      return Optional.empty();
    }

    private static OptionalLong sum(OptionalLong one, OptionalLong other) {
      return one.isPresent() && other.isPresent()
          ? OptionalLong.of(one.getAsLong() + other.getAsLong())
          : OptionalLong.empty();
    }

    @Override
    public synchronized void settle(Settlement settlement) {
      if (!isSettled.compareAndSet(false, true)) {
        throw new IllegalStateException("request %s is settled twice".formatted(head.id()));
      }
      boolean isKept =
          isRecording() && settlement.exchange().isPresent() && writer.hasRoomForWords();
      Settlement kept = isKept ? settlement : settlement.withoutExchange();
      Bill bill = Bill.of(settlement, prices.get(), head.time());
      release(bill.vendors(), settlement.tokens().total());
      if (number > 0) {
        writer.add(new LedgerEntry.Settled(number, kept, bill));
      }
    }

    @Override
    public synchronized void close() {
      if (isSettled.compareAndSet(false, true)) {
        release(bound.micros().orElse(0), bound.tokens().orElse(0));
        if (number > 0) {
          writer.add(new LedgerEntry.Interrupted(number));
        }
      }
    }

    private void release(long micros, long tokens) {
      holds.getFirst().settle(micros, tokens);
      holds.stream().skip(1).forEach(hold -> hold.settle(0, 0));
    }
  }
}
