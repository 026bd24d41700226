package dev.freehold.gateway.ledger;

import dev.freehold.sqlite.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads a ledger, while a gateway writes it too.
public final class UsageReader implements AutoCloseable {
  static final String COLUMNS =
      "number, id, time, state, route, caller, asked_model, bound_micros, backend, model, is_local,"
          + " prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens, cost_micros,"
          + " currency, first_token_micros, whole_micros, outcome, is_saved, millijoules,"
          + " energy_source";

  private static final String WHERE = " WHERE time >= ? AND time < ? AND (? IS NULL OR caller = ?)";
  private static final int MOST_ROWS = 10_000;
  private static final String OTHERS = "(others)";

  private final Path file;
  private final Connection connection;

  private UsageReader(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /// Opens a ledger. [NativeSqlite#use] comes first.
  ///
  /// @throws LedgerException where there is none, or none that can be read
  public static UsageReader open(Path file) {
    return new UsageReader(file, LedgerFile.read(file));
  }

  /// Takes a request as a ledger has it.
  @FunctionalInterface
  interface RowConsumer {
    void accept(ResultSet row) throws SQLException;
  }

  /// What requests took.
  public Usage read(UsageQuery query) {
    Map<String, UsageTally> tallies = new TreeMap<>();
    UsageTally total = new UsageTally("");
    each(
        "SELECT " + COLUMNS + " FROM request",
        query,
        row -> {
          total.add(row);
          String name = name(query, row);
          String kept = tallies.containsKey(name) || tallies.size() < MOST_ROWS ? name : OTHERS;
          tallies.computeIfAbsent(kept, UsageTally::new).add(row);
        });
    return new Usage(
        tallies.values().stream().map(UsageTally::row).toList(),
        total.row(),
        failovers(query),
        query.caller().isPresent() ? 0 : unrecorded(query));
  }

  private static String name(UsageQuery query, ResultSet row) throws SQLException {
    return switch (query.by()) {
      case ROUTE -> UsageTally.text(row, "route");
      case BACKEND -> UsageTally.text(row, "backend");
      case MODEL -> UsageTally.text(row, "model");
      case KEY -> UsageTally.text(row, "caller");
      case DAY ->
          LocalDate.ofInstant(Instant.ofEpochMilli(row.getLong("time")), query.zone()).toString();
    };
  }

  private List<Usage.Failover> failovers(UsageQuery query) {
    List<Usage.Failover> found = new ArrayList<>();
    String sql =
        "SELECT a.backend AS failed, a.outcome AS failure, r.backend AS served, count(*) AS"
            + " requests, sum(r.completion_tokens) AS tokens FROM request r JOIN attempt a ON"
            + " a.request = r.number AND a.position = (SELECT min(position) FROM attempt WHERE"
            + " request = r.number AND outcome <> 'ok')"
            + WHERE
            + " AND r.is_saved = 1 GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT 1000";
    eachOf(
        sql,
        query,
        row ->
            found.add(
                new Usage.Failover(
                    UsageTally.text(row, "failed"),
                    UsageTally.text(row, "failure"),
                    UsageTally.text(row, "served"),
                    row.getLong("requests"),
                    row.getLong("tokens"))));
    return found;
  }

  private long unrecorded(UsageQuery query) {
    String sql = "SELECT coalesce(sum(requests), 0) FROM gap WHERE time >= ? AND time < ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, query.since().toEpochMilli());
      statement.setLong(2, query.until().toEpochMilli());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    } catch (SQLException failure) {
      throw LedgerFile.broken(file, failure);
    }
  }

  /// Tells each request as an object, with the attempts that were made for it.
  public void requests(UsageQuery query, Consumer<ObjectNode> lines) {
    each(
        "SELECT " + COLUMNS + " FROM request",
        query,
        row -> {
          ObjectNode line = RequestJson.of(row);
          attempts(row.getLong("number"), line.putArray("attempts"));
          lines.accept(line);
        });
  }

  private void attempts(long number, ArrayNode attempts) throws SQLException {
    String sql = "SELECT * FROM attempt WHERE request = ? ORDER BY position";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, number);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          attempts.add(RequestJson.attempt(row));
        }
      }
    }
  }

  /// Tells what was asked and answered, for the requests of which it was recorded.
  public void exchanges(UsageQuery query, Consumer<ObjectNode> lines) {
    each(
        "SELECT "
            + COLUMNS
            + ", asked, answered, finish FROM request JOIN recorded ON request = number",
        query,
        row -> lines.accept(RequestJson.exchange(row)));
  }

  /// Tells each request of a query, in the order of their times.
  private void each(String select, UsageQuery query, RowConsumer consumer) {
    eachOf(select + WHERE + " ORDER BY time, number", query, consumer);
  }

  private void eachOf(String sql, UsageQuery query, RowConsumer consumer) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, query.since().toEpochMilli());
      statement.setLong(2, query.until().toEpochMilli());
      statement.setString(3, query.caller().orElse(null));
      statement.setString(4, query.caller().orElse(null));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          consumer.accept(row);
        }
      }
    } catch (SQLException failure) {
      throw LedgerFile.broken(file, failure);
    }
  }

  @Override
  public void close() {
    SqliteFile.closeQuietly(connection);
  }
}
