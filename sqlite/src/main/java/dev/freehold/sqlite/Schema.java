package dev.freehold.sqlite;

import dev.freehold.sqlite.SqliteFileException.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The tables of a kind of file, and how one of an older version becomes one of this version.
///
/// @param what the file is called in errors, as `ledger`
/// @param application marks files of this kind
/// @param stages the statements that lead from each version to the next, from nothing on
public record Schema(String what, int application, List<List<String>> stages) {
  public Schema {
    stages = List.copyOf(stages);
  }

  public int version() {
    return stages.size();
  }

  /// Refuses what is no such file, or one of a newer program; changes nothing.
  ///
  /// @return the file's version; 0 for an empty one
  int check(Connection connection, Path file) throws SQLException {
    int mark = number(connection, "PRAGMA application_id");
    int found = number(connection, "PRAGMA user_version");
    int tables = number(connection, "SELECT count(*) FROM sqlite_schema");
    if (mark == 0 && found == 0 && tables == 0) {
      return 0;
    }
    if (mark != application || found < 1) {
      throw new SqliteFileException(
          Kind.WRONG,
          "%s: a database of another program, no %s; it stays as it is, move it away or name"
                  .formatted(file, what)
              + " another file");
    }
    if (found > version()) {
      throw new SqliteFileException(
          Kind.WRONG,
          "%s: written by a newer version (format %d, this program knows up to %d); update Freehold"
              .formatted(file, found, version()));
    }
    if (number(connection, "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')")
        > 0) {
      throw new SqliteFileException(
          Kind.WRONG,
          "%s: holds triggers or views, which no %s has; it was changed by another program"
              .formatted(file, what));
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
        statement.execute("PRAGMA application_id = " + application);
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
