package dev.freehold.gateway.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The tables of a ledger, and how a file of an older version becomes one of this version.
///
/// @param steps the statements that lead from each version to the next, from nothing on
record LedgerSchema(List<List<String>> steps) {
  /// Marks SQLite files as ledgers: "FHLG".
  static final int APPLICATION = 0x46484c47;

  private static final List<String> FIRST =
      List.of(
          """
          CREATE TABLE request (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            time INTEGER NOT NULL,
            state INTEGER NOT NULL,
            route TEXT NOT NULL,
            caller TEXT NOT NULL,
            asked_model TEXT NOT NULL,
            bound_micros INTEGER,
            bound_tokens INTEGER,
            backend TEXT,
            model TEXT,
            is_local INTEGER,
            prompt_tokens INTEGER NOT NULL DEFAULT 0,
            cached_tokens INTEGER NOT NULL DEFAULT 0,
            completion_tokens INTEGER NOT NULL DEFAULT 0,
            reasoning_tokens INTEGER NOT NULL DEFAULT 0,
            cost_micros INTEGER,
            vendor_micros INTEGER NOT NULL DEFAULT 0,
            currency TEXT NOT NULL,
            first_token_micros INTEGER,
            whole_micros INTEGER,
            outcome TEXT NOT NULL,
            is_saved INTEGER NOT NULL DEFAULT 0,
            millijoules INTEGER NOT NULL DEFAULT 0,
            energy_source TEXT NOT NULL DEFAULT 'unknown'
          ) STRICT
          """,
          "CREATE INDEX request_by_time ON request (time)",
          "CREATE INDEX open_request ON request (state) WHERE state = 0",
          """
          CREATE TABLE attempt (
            request INTEGER NOT NULL REFERENCES request,
            position INTEGER NOT NULL,
            backend TEXT NOT NULL,
            model TEXT NOT NULL,
            is_local INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            micros INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            cost_micros INTEGER,
            PRIMARY KEY (request, position)
          ) STRICT, WITHOUT ROWID
          """,
          """
          CREATE TABLE recorded (
            request INTEGER PRIMARY KEY REFERENCES request,
            asked TEXT NOT NULL,
            answered TEXT NOT NULL,
            finish TEXT NOT NULL
          ) STRICT
          """,
          "CREATE TABLE gap (time INTEGER NOT NULL, requests INTEGER NOT NULL) STRICT");

  static final LedgerSchema CURRENT = new LedgerSchema(List.of(FIRST));

  int version() {
    return steps.size();
  }

  /// Refuses what is no ledger, or one of a newer program; changes nothing.
  ///
  /// @return the file's version; 0 for an empty one
  int check(Connection connection, Path file) throws SQLException {
    int application = number(connection, "PRAGMA application_id");
    int found = number(connection, "PRAGMA user_version");
    int tables = number(connection, "SELECT count(*) FROM sqlite_schema");
    if (application == 0 && found == 0 && tables == 0) {
      return 0;
    }
    if (application != APPLICATION || found < 1) {
      throw new LedgerException(
          "%s: a database of another program, no ledger; name another file".formatted(file));
    }
    if (found > version()) {
      throw new LedgerException(
          "%s: written by a newer version (format %d, this program knows up to %d); update Freehold"
              .formatted(file, found, version()));
    }
    if (number(connection, "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')")
        > 0) {
      throw new LedgerException(
          "%s: holds triggers or views, which no ledger has; it was changed by another program"
              .formatted(file));
    }
    return found;
  }

  /// Brings a file to this version, in one transaction.
  void migrate(Connection connection, Path file) throws SQLException {
    if (check(connection, file) == version()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      try {
        int found = check(connection, file);
        for (List<String> step : steps.subList(found, version())) {
          for (String sql : step) {
            statement.execute(sql);
          }
        }
        statement.execute("PRAGMA application_id = " + APPLICATION);
        statement.execute("PRAGMA user_version = " + version());
        statement.execute("COMMIT");
      } catch (SQLException | RuntimeException failure) {
        statement.execute("ROLLBACK");
        throw failure;
      }
    }
  }

  private static int number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getInt(1) : 0;
    }
  }
}
