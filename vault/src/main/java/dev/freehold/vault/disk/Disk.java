package dev.freehold.vault.disk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// A file system as a store of models uses it: every step that a crash can come between is a call.
///
/// What is written lasts once it is synced: a file's bytes by [OpenFile#sync], the names in a
/// folder by [#syncFolder]. A sync that failed has lost what was written; it is written anew, never
/// synced again. Links are not followed, except by [#openSource] and [#take], whose files are of
/// others.
public interface Disk {
  /// What a path names.
  enum Kind {
    FILE,
    FOLDER,
    LINK,
    OTHER
  }

  /// What is known of a path without opening it; `size` is a file's.
  record Facts(Kind kind, long size) {
    public boolean isFile() {
      return kind == Kind.FILE;
    }
  }

  /// How a file of others became one of the store's.
  enum Taken {
    /// It shares the blocks of the other until one of them is written to.
    CLONED,
    /// It is another name of the same file.
    LINKED,
    /// This file system does neither here.
    NOT
  }

  /// A file that is open for reading, or was just made and is open for both.
  interface OpenFile extends AutoCloseable {
    long size() throws IOException;

    /// Reads at a position, as `FileChannel` does: some bytes, or -1 at the end.
    int read(ByteBuffer into, long position) throws IOException;

    /// Writes all that the buffer holds, after what was written before.
    void write(ByteBuffer from) throws IOException;

    /// Makes the bytes last.
    void sync() throws IOException;

    @Override
    void close() throws IOException;
  }

  /// A lock that is held until it is closed, or the process ends in whatever way.
  interface Hold extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /// Makes a file that was not there.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException where something is
  OpenFile create(Path file) throws IOException;

  /// Opens a plain file for reading.
  ///
  /// @throws java.nio.file.NoSuchFileException where nothing is there
  OpenFile open(Path file) throws IOException;

  /// Opens a file of others for reading, also through links.
  OpenFile openSource(Path file) throws IOException;

  Optional<Facts> facts(Path path) throws IOException;

  /// The facts of a file of others, which may be reached through links.
  Optional<Facts> sourceFacts(Path path) throws IOException;

  /// When a file was last written to, by the clock of whoever wrote; nothing rests on it but how
  /// long what was given up is kept.
  Instant modified(Path path) throws IOException;

  /// The names in a folder, in no promised order, one at a time: there may be millions.
  void names(Path folder, Consumer<String> name) throws IOException;

  /// Makes a folder where none is.
  void makeFolder(Path folder) throws IOException;

  /// Gives a file its name where nothing has it yet; the old name goes.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException where something has the name
  void place(Path from, Path to) throws IOException;

  /// Gives a file or a folder its name; a file that had it gives way at the same moment.
  void replace(Path from, Path to) throws IOException;

  /// Removes a file, a link or an empty folder.
  void delete(Path path) throws IOException;

  /// Makes the names in a folder last.
  void syncFolder(Path folder) throws IOException;

  /// Makes a symbolic link; false where the file system has none.
  boolean link(Path link, Path target) throws IOException;

  /// Where a symbolic link leads; empty where the path is none.
  Optional<Path> linkTarget(Path link) throws IOException;

  /// Makes `target` of another's file without copying its bytes, where the file system can.
  ///
  /// @param mayLink whether the owner never writes to the file, so that it may be shared for good
  Taken take(Path source, Path target, boolean mayLink) throws IOException;

  /// Bytes that can be written to the file system of a folder.
  long room(Path folder) throws IOException;

  /// Locks one byte of a file, which need not be there, against other processes and within this
  /// one; the file must be.
  ///
  /// @param shared whether others may hold it at the same time, sharing too
  /// @return empty where another holds it
  Optional<Hold> tryLock(Path file, long position, boolean shared) throws IOException;

  /// Waits for the lock.
  default Hold lock(Path file, long position, boolean shared) throws IOException {
    while (true) {
      Optional<Hold> hold = tryLock(file, position, shared);
      if (hold.isPresent()) {
        return hold.get();
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("stopped while waiting for another process");
      }
    }
  }
}
