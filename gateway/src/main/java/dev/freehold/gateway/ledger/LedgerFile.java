package dev.freehold.gateway.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// A ledger's file: opened by one process to write, by any number to read.
final class LedgerFile {
  private static final int WAIT_MILLIS = 5_000;

  private LedgerFile() {}

  /// The right to write a ledger; the system takes it back from a process that dies.
  record Ownership(FileChannel channel, FileLock lock) implements AutoCloseable {
    /// @throws LedgerException where somebody has it
    static Ownership take(Path file) {
      Path place = file.resolveSibling(file.getFileName() + ".lock");
      FileChannel channel = null;
      try {
        OwnFiles.createFile(place);
        channel = FileChannel.open(place, StandardOpenOption.WRITE);
        FileLock lock = lock(channel);
        if (lock != null) {
          return new Ownership(channel, lock);
        }
        channel.close();
      } catch (IOException failure) {
        closeQuietly(channel);
        throw new LedgerException("%s: cannot be locked: %s".formatted(place, failure), failure);
      }
      throw new LedgerException(
          "%s: another gateway writes this ledger, and one ledger has one writer; stop it, or keep"
                  .formatted(file)
              + " this one's ledger elsewhere (XDG_STATE_HOME)");
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
      try {
        return channel.tryLock();
      } catch (OverlappingFileLockException ours) {
        return null;
      }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
      try {
        if (channel != null) {
          channel.close();
        }
      } catch (IOException ignored) {
        // the failure that is being told came first
      }
    }

    @Override
    public void close() {
      closeQuietly(channel);
    }
  }

  /// Opens a ledger to write, and creates it where there is none.
  ///
  /// Write-ahead logging lets others read meanwhile. Synchronous NORMAL: a commit is handed to the
  /// system and survives the end of the process; it is forced to the disk at checkpoints only, so
  /// that the thread that writes seldom waits for it.
  ///
  /// @throws LedgerException where it is no ledger, a newer one or a broken one; it stays as it is
  static Connection write(Path file, LedgerSchema schema) {
    try {
      OwnFiles.createFile(file);
    } catch (IOException failure) {
      throw new LedgerException("%s: cannot be created: %s".formatted(file, failure), failure);
    }
    Connection connection = null;
    try {
      connection = open(file, false);
      schema.check(connection, file);
      execute(connection, "PRAGMA journal_mode = WAL");
      execute(connection, "PRAGMA synchronous = NORMAL");
      schema.migrate(connection, file);
      return connection;
    } catch (SQLException failure) {
      closeQuietly(connection);
      throw broken(file, failure);
    } catch (LedgerException failure) {
      closeQuietly(connection);
      throw failure;
    }
  }

  /// Opens a ledger to read, beside whoever writes it.
  ///
  /// @throws LedgerException where there is none, or none that can be read
  static Connection read(Path file) {
    if (!Files.exists(file)) {
      throw new LedgerException(
          "%s: no such ledger; a gateway that serves writes one".formatted(file));
    }
    Connection connection = null;
    try {
      connection = open(file, true);
      if (LedgerSchema.CURRENT.check(connection, file) < LedgerSchema.CURRENT.version()) {
        throw new LedgerException(
            "%s: of an older version; it is brought up to date when a gateway opens it"
                .formatted(file));
      }
      return connection;
    } catch (SQLException failure) {
      closeQuietly(connection);
      throw broken(file, failure);
    } catch (LedgerException failure) {
      closeQuietly(connection);
      throw failure;
    }
  }

  private static Connection open(Path file, boolean isReadOnly) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(isReadOnly);
    config.setBusyTimeout(WAIT_MILLIS);
    // As a URI: the driver would take what follows a question mark in a path for settings.
    Connection connection =
        config.createConnection("jdbc:sqlite:file://" + file.toAbsolutePath().toUri().getRawPath());
    execute(connection, "PRAGMA trusted_schema = OFF");
    execute(connection, "PRAGMA cell_size_check = ON");
    return connection;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// What the library says, as an error that says what to do.
  static LedgerException broken(Path file, SQLException failure) {
    SQLiteErrorCode code =
        failure instanceof SQLiteException known
            ? known.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    String told =
        switch (code) {
          case SQLITE_NOTADB ->
              "%s: no ledger, but some other file; it stays as it is, name another one";
          case SQLITE_CORRUPT, SQLITE_CORRUPT_VTAB, SQLITE_CORRUPT_SEQUENCE, SQLITE_CORRUPT_INDEX ->
              "%s: damaged; it stays as it is. Put a copy back, or move it away and begin anew";
          case SQLITE_FULL -> "%s: the disk is full";
          case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY_DIRECTORY ->
              "%s: cannot be opened; its folder must be writable for this user";
          default -> "%s: " + String.valueOf(failure.getMessage()).replace("%", "%%");
        };
    return new LedgerException(told.formatted(file), failure);
  }

  static void closeQuietly(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException ignored) {
      // the failure that is being told came first
    }
  }
}
