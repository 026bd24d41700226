package dev.freehold.agent.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The tables of a journal, and how a file of an older version becomes one of this version.
///
/// @param stages the statements that lead from each version to the next, from nothing on
record JournalSchema(List<List<String>> stages) {
  /// Marks SQLite files as journals: "FHJN".
  static final int APPLICATION = 0x46484a4e;

  private static final List<String> FIRST =
      List.of(
          """
          CREATE TABLE run (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            settings TEXT NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT '',
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            due INTEGER,
            origin TEXT
          ) STRICT
          """,
          """
          CREATE TABLE step (
            run TEXT NOT NULL REFERENCES run,
            position INTEGER NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            request TEXT NOT NULL,
            digest TEXT NOT NULL,
            snapshot TEXT NOT NULL DEFAULT '',
            tries INTEGER NOT NULL DEFAULT 1,
            due INTEGER,
            started INTEGER NOT NULL,
            finished INTEGER,
            result TEXT,
            PRIMARY KEY (run, position),
            UNIQUE (run, key)
          ) STRICT, WITHOUT ROWID
          """,
          "CREATE INDEX open_step ON step (kind) WHERE finished IS NULL",
          "CREATE INDEX run_by_change ON run (changed)");

  /// What wakes runs that wait. Of those that wait already it is not known whether something came.
  private static final List<String> SECOND =
      List.of(
          "ALTER TABLE run ADD COLUMN woken INTEGER NOT NULL DEFAULT 0",
          "ALTER TABLE run ADD COLUMN watcher TEXT",
          "UPDATE run SET woken = 1 WHERE state = 'WAITING'",
          "CREATE INDEX run_by_state ON run (kind, state)");

  static final JournalSchema CURRENT = new JournalSchema(List.of(FIRST, SECOND));

  int version() {
    return stages.size();
  }

  /// Refuses what is no journal, or one of a newer program; changes nothing.
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
      throw new JournalException(
          JournalException.Reason.DAMAGED,
          "%s: a database of another program, no journal; move it away".formatted(file));
    }
    if (found > version()) {
      throw new JournalException(
          JournalException.Reason.DAMAGED,
          "%s: written by a newer version (format %d, this program knows up to %d); update Freehold"
              .formatted(file, found, version()));
    }
    if (number(connection, "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')")
        > 0) {
      throw new JournalException(
          JournalException.Reason.DAMAGED,
          "%s: holds triggers or views, which no journal has; it was changed by another program"
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
        for (List<String> stage : stages.subList(found, version())) {
          for (String sql : stage) {
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
