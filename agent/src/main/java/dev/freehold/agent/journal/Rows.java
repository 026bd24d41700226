package dev.freehold.agent.journal;

import dev.freehold.agent.journal.JournalException.Reason;
import dev.freehold.sqlite.SqliteFile;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/// The statements by which runs and steps become rows, and rows runs and steps; one at a time.
final class Rows {
  /// What a request or a result may be at most.
  static final int MAX_JSON = 32 << 20;

  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MAX_JSON, 96, MAX_JSON, 256, 1 << 16);
  private static final String HEAD =
      "SELECT id, kind, title, settings, state, note, created, changed, due, origin FROM run ";
  private static final String STEP =
      "SELECT run, position, key, kind, name, request, digest, snapshot, tries, due, started,"
          + " finished, result FROM step ";

  private final Connection connection;
  private final Path file;

  /// Work within a transaction.
  interface Work<T> {
    T run() throws SQLException;
  }

  Rows(Connection connection, Path file) {
    this.connection = connection;
    this.file = file;
  }

  /// Does all of it or nothing.
  <T> T transaction(Work<T> work) {
    return transaction(true, work);
  }

  /// @param isForced whether it is on the disk when this returns; else the next one that is forced
  ///   brings it there
  synchronized <T> T transaction(boolean isForced, Work<T> work) {
    try {
      if (!isForced) {
        execute("PRAGMA synchronous = NORMAL");
      }
      execute("BEGIN IMMEDIATE");
      boolean isDone = false;
      try {
        T result = work.run();
        execute("COMMIT");
        isDone = true;
        return result;
      } finally {
        if (!isDone) {
          execute("ROLLBACK");
        }
        if (!isForced) {
          execute("PRAGMA synchronous = FULL");
        }
      }
    } catch (SQLException failure) {
      throw JournalFile.broken(file, failure);
    }
  }

  /// Changes rows.
  ///
  /// @return how many
  synchronized int execute(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepared(sql, values)) {
      return statement.executeUpdate();
    }
  }

  List<RunHead> heads(String condition, Object... values) {
    return read(HEAD + condition, this::head, values);
  }

  List<Step> steps(String condition, Object... values) {
    return read(STEP + condition, this::step, values);
  }

  /// Turns a row into what it stands for.
  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private synchronized <T> List<T> read(String sql, Reading<T> reading, Object... values) {
    try (PreparedStatement statement = prepared(sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(reading.of(rows));
      }
      return found;
    } catch (SQLException failure) {
      throw JournalFile.broken(file, failure);
    }
  }

  private PreparedStatement prepared(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      Object value = values[i] instanceof Optional<?> maybe ? maybe.orElse(null) : values[i];
      statement.setObject(i + 1, value instanceof Instant time ? time.toEpochMilli() : value);
    }
    return statement;
  }

  private RunHead head(ResultSet row) throws SQLException {
    return new RunHead(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        json(row.getString(4), "settings of run " + row.getString(1)),
        named(RunState.values(), row.getString(5)),
        row.getString(6),
        Instant.ofEpochMilli(row.getLong(7)),
        Instant.ofEpochMilli(row.getLong(8)),
        time(row, 9),
        Optional.ofNullable(row.getString(10)));
  }

  private Step step(ResultSet row) throws SQLException {
    String what = "run %s, step %s".formatted(row.getString(1), row.getString(3));
    String request = row.getString(6);
    if (!Sha256.of(request).equals(row.getString(7))) {
      throw damaged(what + ": its request is not the one that was written");
    }
    String result = row.getString(13);
    return new Step(
        row.getString(1),
        row.getInt(2),
        new StepCall(
            row.getString(3),
            named(StepKind.values(), row.getString(4)),
            row.getString(5),
            json(request, what)),
        row.getString(7),
        row.getString(8),
        row.getInt(9),
        time(row, 10),
        Instant.ofEpochMilli(row.getLong(11)),
        time(row, 12),
        result == null ? MissingNode.getInstance() : json(result, what));
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private <T extends Enum<T>> T named(T[] all, String name) {
    for (T one : all) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    throw damaged("holds \"%s\", which this program does not know".formatted(name));
  }

  private JsonNode json(String text, String what) {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), what, LIMITS);
    } catch (TensorException failure) {
      throw damaged(String.valueOf(failure.getMessage()));
    }
  }

  private JournalException damaged(String what) {
    return new JournalException(Reason.DAMAGED, file + ": " + what);
  }

  /// JSON as it is stored.
  ///
  /// @throws JournalException where it is larger than may be stored
  static String text(JsonNode json) {
    String text = (json.isMissingNode() ? JsonNodeFactory.instance.nullNode() : json).toString();
    if (text.length() > MAX_JSON / 3) {
      throw new JournalException(
          Reason.REFUSED,
          "a step's request or result has %,d characters; at most %,d can be written down"
              .formatted(text.length(), MAX_JSON / 3));
    }
    return text;
  }

  synchronized void close() {
    SqliteFile.closeQuietly(connection);
  }
}
