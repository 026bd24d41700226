package dev.freehold.agent.journal;

import dev.freehold.agent.journal.JournalException.Reason;
import dev.freehold.sqlite.OwnFiles;
import dev.freehold.sqlite.SqliteFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The right to work on a run; the system takes it back from a process that dies.
record RunLock(FileChannel channel) implements AutoCloseable {
  /// @param folder of the locks
  /// @throws JournalException where another process, or another thread of this one, has it
  static RunLock take(Path folder, String run) {
    Path place = folder.resolve(run + ".lock");
    FileChannel channel = null;
    try {
      OwnFiles.createFile(place);
      channel = FileChannel.open(place, StandardOpenOption.WRITE);
      if (lock(channel) != null) {
        return new RunLock(channel);
      }
      channel.close();
    } catch (IOException failure) {
      SqliteFile.closeQuietly(channel);
      throw new JournalException(
          Reason.DISK, "%s: cannot be locked: %s".formatted(place, failure), failure);
    }
    throw new JournalException(
        Reason.BUSY, "run %s: another process works on it; wait for it, or stop it".formatted(run));
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
