package dev.freehold.agent.journal;

import dev.freehold.agent.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// A journal's file: opened by any number of processes, readable by its owner alone.
final class JournalFile {
  private static final int WAIT_MILLIS = 10_000;

  private JournalFile() {}

  /// Opens a journal, and creates it where there is none.
  ///
  /// Synchronous FULL: what is committed is on the disk. A step that was begun is known to have
  /// been, after a loss of power too.
  ///
  /// @throws JournalException where it is no journal, a newer one or a broken one; it stays as it
  ///   is
  static Connection open(Path file) {
    try {
      createFile(file);
    } catch (IOException failure) {
      throw new JournalException(
          Reason.DISK, "%s: cannot be created: %s".formatted(file, failure), failure);
    }
    Connection connection = null;
    try {
      SQLiteConfig config = new SQLiteConfig();
      config.setBusyTimeout(WAIT_MILLIS);
      // As a URI: the driver would take what follows a question mark in a path for settings.
      connection =
          config.createConnection(
              "jdbc:sqlite:file://" + file.toAbsolutePath().toUri().getRawPath());
      execute(connection, "PRAGMA trusted_schema = OFF");
      execute(connection, "PRAGMA cell_size_check = ON");
      JournalSchema.CURRENT.check(connection, file);
      execute(connection, "PRAGMA journal_mode = WAL");
      execute(connection, "PRAGMA synchronous = FULL");
      JournalSchema.CURRENT.migrate(connection, file);
      return connection;
    } catch (SQLException failure) {
      closeQuietly(connection);
      throw broken(file, failure);
    } catch (JournalException failure) {
      closeQuietly(connection);
      throw failure;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// What the library says, as an error that says what to do.
  static JournalException broken(Path file, SQLException failure) {
    SQLiteErrorCode code =
        failure instanceof SQLiteException known
            ? known.getResultCode()
            : SQLiteErrorCode.UNKNOWN_ERROR;
    return switch (code) {
      case SQLITE_NOTADB ->
          new JournalException(
              Reason.DAMAGED,
              "%s: no journal, but some other file; it stays as it is, move it away"
                  .formatted(file),
              failure);
      case SQLITE_CORRUPT, SQLITE_CORRUPT_VTAB, SQLITE_CORRUPT_SEQUENCE, SQLITE_CORRUPT_INDEX ->
          new JournalException(
              Reason.DAMAGED,
              "%s: damaged; it stays as it is. Put a copy back, or move it away and begin anew"
                  .formatted(file),
              failure);
      case SQLITE_FULL ->
          new JournalException(Reason.DISK, "%s: the disk is full".formatted(file), failure);
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_BUSY_SNAPSHOT ->
          new JournalException(
              Reason.BUSY,
              "%s: another process has been writing for %d s; try again"
                  .formatted(file, WAIT_MILLIS / 1000),
              failure);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY_DIRECTORY ->
          new JournalException(
              Reason.DISK,
              "%s: cannot be opened; its folder must be writable for this user".formatted(file),
              failure);
      default -> new JournalException(Reason.DISK, file + ": " + failure.getMessage(), failure);
    };
  }

  static void closeQuietly(@Nullable AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception ignored) {
      // the failure that is being told came first
    }
  }

  /// An empty file that its owner alone may read, unless there is one; and the folders above it.
  static void createFile(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder, attributes(file, "rwx------"));
    }
    try {
      Files.createFile(file, attributes(file, "rw-------"));
    } catch (FileAlreadyExistsException present) {
      // as it is
    }
  }

  private static FileAttribute<?>[] attributes(Path file, String permissions) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
