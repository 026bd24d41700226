package dev.freehold.sqlite;

import dev.freehold.sqlite.SqliteFileException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// A place of a file of one kind, which its owner alone may read.
///
/// @param patience how long is waited where another process writes
public record SqliteFile(Path file, Schema schema, Duration patience) {
  /// What a commit is.
  public enum Commit {
    /// Handed to the system: it survives the end of the process, not a loss of power.
    HANDED_OVER,
    /// On the disk.
    FORCED
  }

  /// Opens it to write, brought up to date, and creates it where there is none. Write-ahead logging
  /// lets others read meanwhile.
  ///
  /// @throws SqliteFileException where it is no such file, a newer one or a broken one; it stays as
  ///   it is
  public Connection write(Commit commit) {
    try {
      OwnFiles.createFile(file);
    } catch (IOException failure) {
      throw new SqliteFileException(
          Kind.DISK, "%s: cannot be created: %s".formatted(file, failure), failure);
    }
    return opened(
        false,
        connection -> {
          schema.check(connection, file);
          execute(connection, "PRAGMA journal_mode = WAL");
          execute(
              connection,
              commit == Commit.FORCED
                  ? "PRAGMA synchronous = FULL"
                  : "PRAGMA synchronous = NORMAL");
          schema.migrate(connection, file);
        });
  }

  /// Opens it to read, beside whoever writes it.
  ///
  /// @throws SqliteFileException where there is none, or none that can be read
  public Connection read() {
    return opened(
        true,
        connection -> {
          if (schema.check(connection, file) < schema.version()) {
            throw new SqliteFileException(
                Kind.WRONG,
                "%s: of an older version; it is brought up to date when it is opened to write"
                    .formatted(file));
          }
        });
  }

  /// What is done to a new connection.
  private interface Preparing {
    void prepare(Connection connection) throws SQLException;
  }

  private Connection opened(boolean isReadOnly, Preparing preparing) {
    Connection connection = null;
    boolean isOpen = false;
    try {
      SQLiteConfig config = new SQLiteConfig();
      config.setReadOnly(isReadOnly);
      config.setBusyTimeout((int) patience.toMillis());
      // As a URI: the driver would take what follows a question mark in a path for settings.
      connection =
          config.createConnection(
              "jdbc:sqlite:file://" + file.toAbsolutePath().toUri().getRawPath());
      execute(connection, "PRAGMA trusted_schema = OFF");
      execute(connection, "PRAGMA cell_size_check = ON");
      preparing.prepare(connection);
      isOpen = true;
      return connection;
    } catch (SQLException failure) {
      throw told(failure);
    } finally {
      if (!isOpen) {
        closeQuietly(connection);
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// What the library says, as an error that says what to do.
  public SqliteFileException told(SQLException failure) {
    SQLiteErrorCode code =
        failure instanceof SQLiteException known
            ? known.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    return switch (code) {
      case SQLITE_NOTADB ->
          told(
              Kind.WRONG,
              "no %s, but some other file; it stays as it is, move it away or name another one"
                  .formatted(schema.what()),
              failure);
      case SQLITE_CORRUPT, SQLITE_CORRUPT_VTAB, SQLITE_CORRUPT_SEQUENCE, SQLITE_CORRUPT_INDEX ->
          told(
              Kind.WRONG,
              "damaged; it stays as it is. Put a copy back, or move it away and begin anew",
              failure);
      case SQLITE_FULL -> told(Kind.DISK, "the disk is full", failure);
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_BUSY_SNAPSHOT ->
          told(
              Kind.BUSY,
              "another process has been writing for %d s; try again"
                  .formatted(patience.toSeconds()),
              failure);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY_DIRECTORY ->
          told(Kind.DISK, "cannot be opened; its folder must be writable for this user", failure);
      default -> told(Kind.DISK, String.valueOf(failure.getMessage()), failure);
    };
  }

  private SqliteFileException told(Kind kind, String what, SQLException failure) {
    return new SqliteFileException(kind, file + ": " + what, failure);
  }

  /// Closes what is not needed after a failure that is being told.
  public static void closeQuietly(@Nullable AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception ignored) {
      // the failure that is being told came first
    }
  }
}
