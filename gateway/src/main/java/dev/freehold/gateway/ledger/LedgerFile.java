package dev.freehold.gateway.ledger;

import dev.freehold.sqlite.OwnFiles;
import dev.freehold.sqlite.Schema;
import dev.freehold.sqlite.SqliteFile;
import dev.freehold.sqlite.SqliteFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A ledger's file: opened by one process to write, by any number to read.
final class LedgerFile {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

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
        SqliteFile.closeQuietly(channel);
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

    @Override
    public void close() {
      SqliteFile.closeQuietly(channel);
    }
  }

  private static SqliteFile at(Path file, Schema schema) {
    return new SqliteFile(file, schema, PATIENCE);
  }

  /// Opens a ledger to write, and creates it where there is none.
  ///
  /// A commit is forced to the disk at checkpoints only, so that the thread that writes seldom
  /// waits for it.
  ///
  /// @throws LedgerException where it is no ledger, a newer one or a broken one; it stays as it is
  static Connection write(Path file, Schema schema) {
    try {
      return at(file, schema).write(SqliteFile.Commit.HANDED_OVER);
    } catch (SqliteFileException failure) {
      throw new LedgerException(String.valueOf(failure.getMessage()), failure);
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
    try {
      return at(file, LedgerSchema.CURRENT).read();
    } catch (SqliteFileException failure) {
      throw new LedgerException(String.valueOf(failure.getMessage()), failure);
    }
  }

  /// What the library says, as an error that says what to do.
  static LedgerException broken(Path file, SQLException failure) {
    SqliteFileException told = at(file, LedgerSchema.CURRENT).told(failure);
    return new LedgerException(String.valueOf(told.getMessage()), failure);
  }
}
