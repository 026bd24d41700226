package dev.freehold.gateway.ledger;

import dev.freehold.gateway.ledger.LedgerEntry.Interrupted;
import dev.freehold.gateway.ledger.LedgerEntry.Mark;
import dev.freehold.gateway.ledger.LedgerEntry.Opened;
import dev.freehold.gateway.ledger.LedgerEntry.Raised;
import dev.freehold.gateway.ledger.LedgerEntry.Settled;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.sqlite.SQLiteException;

/// The statements by which entries become rows.
final class LedgerStatements implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LedgerStatements.class.getName());

  static final int OPEN = 0;
  static final int SETTLED = 1;
  static final int INTERRUPTED = 2;
  static final String INTERRUPTED_OUTCOME = "interrupted";

  private final PreparedStatement open;
  private final PreparedStatement raise;
  private final PreparedStatement settle;
  private final PreparedStatement interrupt;
  private final PreparedStatement attempt;
  private final PreparedStatement record;
  private final PreparedStatement gap;

  LedgerStatements(Connection connection) throws SQLException {
    open =
        connection.prepareStatement(
            "INSERT INTO request (number, id, time, state, route, caller, asked_model,"
                + " bound_micros, bound_tokens, currency, outcome)"
                + " VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, 'open')");
    raise =
        connection.prepareStatement(
            "UPDATE request SET bound_micros = ?, bound_tokens = ?"
                + " WHERE number = ? AND state = 0");
    settle =
        connection.prepareStatement(
            "UPDATE request SET state = 1, backend = ?, model = ?, is_local = ?,"
                + " prompt_tokens = ?, cached_tokens = ?, completion_tokens = ?,"
                + " reasoning_tokens = ?, cost_micros = ?, vendor_micros = ?,"
                + " first_token_micros = ?, whole_micros = ?, outcome = ?, is_saved = ?,"
                + " millijoules = ?, energy_source = ? WHERE number = ? AND state = 0");
    interrupt =
        connection.prepareStatement(
            "UPDATE request SET state = 2, outcome = 'interrupted' WHERE number = ? AND state = 0");
    attempt =
        connection.prepareStatement(
            "INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    record = connection.prepareStatement("INSERT INTO recorded VALUES (?, ?, ?, ?)");
    gap = connection.prepareStatement("INSERT INTO gap VALUES (?, ?)");
  }

  /// Writes an entry, or says in the log why that is impossible for ever: one must not hold up all.
  ///
  /// @return whether it was written
  /// @throws SQLException where it may be possible later
  boolean writeIfPossible(LedgerEntry entry) throws SQLException {
    try {
      write(entry);
      return true;
    } catch (IllegalStateException bug) {
      LOG.log(System.Logger.Level.ERROR, "a bug in Freehold: " + bug.getMessage());
      return false;
    } catch (SQLException failure) {
      if (!isForEver(failure)) {
        throw failure;
      }
      LOG.log(System.Logger.Level.ERROR, "a request cannot be recorded: " + failure.getMessage());
      return false;
    }
  }

  private static boolean isForEver(SQLException failure) {
    return failure instanceof SQLiteException known
        && switch (known.getResultCode().code & 0xff) {
          case 18, 19, 20 -> true; // too big, constraint, mismatch
          default -> false;
        };
  }

  private void write(LedgerEntry entry) throws SQLException {
    switch (entry) {
      case Opened opened -> write(opened);
      case Raised raised -> {
        setLong(raise, 1, raised.bound().micros());
        setLong(raise, 2, raised.bound().tokens());
        raise.setLong(3, raised.number());
        updateOne(raise, raised.number());
      }
      case Settled settled -> write(settled);
      case Interrupted interrupted -> {
        interrupt.setLong(1, interrupted.number());
        updateOne(interrupt, interrupted.number());
      }
      case Mark mark -> {
        // told when the transaction is committed
      }
    }
  }

  private void write(Opened opened) throws SQLException {
    RequestHead head = opened.head();
    open.setLong(1, opened.number());
    open.setString(2, head.id());
    open.setLong(3, head.time().toEpochMilli());
    open.setString(4, head.route());
    open.setString(5, head.caller());
    open.setString(6, head.askedModel());
    setLong(open, 7, opened.bound().micros());
    setLong(open, 8, opened.bound().tokens());
    open.setString(9, opened.currency());
    open.executeUpdate();
  }

  private void write(Settled settled) throws SQLException {
    Settlement settlement = settled.settlement();
    Optional<Target> target = settlement.target();
    setText(settle, 1, target.map(Target::backend));
    setText(settle, 2, target.map(Target::model));
    setLong(
        settle,
        3,
        target.isPresent()
            ? OptionalLong.of(target.get().isLocal() ? 1 : 0)
            : OptionalLong.empty());
    setTokens(settle, 4, settlement.tokens());
    setLong(settle, 8, settled.bill().total());
    settle.setLong(9, settled.bill().vendors());
    setLong(settle, 10, micros(settlement.firstToken()));
    settle.setLong(11, micros(settlement.whole()));
    settle.setString(12, settlement.outcome());
    settle.setInt(13, settlement.isSaved() ? 1 : 0);
    settle.setLong(14, settlement.energy().millijoules());
    settle.setString(15, settlement.energy().source().text());
    settle.setLong(16, settled.number());
    updateOne(settle, settled.number());
    for (int i = 0; i < settlement.attempts().size(); i++) {
      writeAttempt(settled, i);
    }
    if (settlement.exchange().isPresent()) {
      record.setLong(1, settled.number());
      record.setString(2, settlement.exchange().get().request());
      record.setString(3, settlement.exchange().get().answer());
      record.setString(4, settlement.exchange().get().finish());
      record.executeUpdate();
    }
  }

  private void writeAttempt(Settled settled, int position) throws SQLException {
    Attempt one = settled.settlement().attempts().get(position);
    attempt.setLong(1, settled.number());
    attempt.setInt(2, position);
    attempt.setString(3, RequestHead.bounded(one.target().backend()));
    attempt.setString(4, RequestHead.bounded(one.target().model()));
    attempt.setInt(5, one.target().isLocal() ? 1 : 0);
    attempt.setString(6, RequestHead.bounded(one.outcome()));
    attempt.setLong(7, micros(one.duration()));
    setTokens(attempt, 8, one.tokens());
    setLong(attempt, 12, settled.bill().attempts().get(position));
    attempt.executeUpdate();
  }

  void writeGap(long millis, long requests) throws SQLException {
    gap.setLong(1, millis);
    gap.setLong(2, requests);
    gap.executeUpdate();
  }

  /// A row that is not there, or settled already, means that the order of entries was broken.
  private static void updateOne(PreparedStatement statement, long number) throws SQLException {
    if (statement.executeUpdate() != 1) {
      throw new IllegalStateException("request %d is not open".formatted(number));
    }
  }

  private static void setTokens(PreparedStatement statement, int at, TokenCounts tokens)
      throws SQLException {
    statement.setLong(at, tokens.prompt());
    statement.setLong(at + 1, tokens.cached());
    statement.setLong(at + 2, tokens.completion());
    statement.setLong(at + 3, tokens.reasoning());
  }

  private static void setLong(PreparedStatement statement, int at, OptionalLong value)
      throws SQLException {
    if (value.isPresent()) {
      statement.setLong(at, value.getAsLong());
    } else {
      statement.setNull(at, Types.INTEGER);
    }
  }

  private static void setText(PreparedStatement statement, int at, Optional<String> value)
      throws SQLException {
    if (value.isPresent()) {
      statement.setString(at, RequestHead.bounded(value.get()));
    } else {
      statement.setNull(at, Types.VARCHAR);
    }
  }

  private static OptionalLong micros(Optional<Duration> duration) {
    return duration.isPresent() ? OptionalLong.of(micros(duration.get())) : OptionalLong.empty();
  }

  private static long micros(Duration duration) {
    return Math.max(0, duration.toNanos() / 1000);
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement each :
        new PreparedStatement[] {open, raise, settle, interrupt, attempt, record, gap}) {
      each.close();
    }
  }
}
