package dev.freehold.agent.journal;

import dev.freehold.agent.journal.JournalException.Reason;
import dev.freehold.sqlite.SqliteFile;
import dev.freehold.sqlite.SqliteFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// A journal's file: opened by any number of processes, readable by its owner alone.
final class JournalFile {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private JournalFile() {}

  private static SqliteFile at(Path file) {
    return new SqliteFile(file, JournalSchema.CURRENT, PATIENCE);
  }

  /// Opens a journal, and creates it where there is none.
  ///
  /// What is committed is on the disk: a step that was begun is known to have been, after a loss of
  /// power too.
  ///
  /// @throws JournalException where it is no journal, a newer one or a broken one; it stays as it
  ///   is
  static Connection open(Path file) {
    try {
      return at(file).write(SqliteFile.Commit.FORCED);
    } catch (SqliteFileException failure) {
      throw told(failure);
    }
  }

  /// What the library says, as an error that says what to do.
  static JournalException broken(Path file, SQLException failure) {
    return told(at(file).told(failure));
  }

  private static JournalException told(SqliteFileException failure) {
    Reason reason =
        switch (failure.kind()) {
          case WRONG -> Reason.DAMAGED;
          case BUSY -> Reason.BUSY;
          case DISK -> Reason.DISK;
        };
    return new JournalException(reason, String.valueOf(failure.getMessage()), failure);
  }
}
