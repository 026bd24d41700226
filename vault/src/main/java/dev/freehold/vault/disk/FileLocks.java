package dev.freehold.vault.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Locks on bytes of files, among processes by the system and among this one's threads by a table.
///
/// POSIX gives up all of a process's locks on a file when any of its channels on that file is
/// closed; so each file has one channel here, open until nothing of it is locked any more.
final class FileLocks {
  private final Map<Path, LockedFile> files = new HashMap<>();

  /// A file of which bytes are locked, and why it could be opened for reading only.
  private record LockedFile(
      FileChannel channel, Optional<FileSystemException> readOnly, Map<Long, Held> held) {}

  /// A byte that is locked, and by how many of this process.
  private static final class Held {
    final FileLock lock;
    final boolean shared;
    int holders = 1;

    Held(FileLock lock, boolean shared) {
      this.lock = lock;
      this.shared = shared;
    }
  }

  Optional<Disk.Hold> tryLock(Path path, long position, boolean shared) throws IOException {
    Path file = inRealFolder(path);
    synchronized (files) {
      LockedFile locked = files.get(file);
      if (locked == null) {
        locked = open(file);
        files.put(file, locked);
      }
      Held held = locked.held().get(position);
      if (held == null) {
        Optional<FileLock> lock = ask(file, locked, position, shared);
        if (lock.isEmpty()) {
          closeUnused(file, locked);
          return Optional.empty();
        }
        locked.held().put(position, new Held(lock.get(), shared));
      } else if (shared && held.shared) {
        held.holders++;
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(new Release(file, position));
  }

  /// The same path for a file however its folder is reached; a link in place of the file stays one.
  private static Path inRealFolder(Path path) throws IOException {
    Path file = path.toAbsolutePath();
    Path folder = file.getParent();
    return folder == null ? file : folder.toRealPath().resolve(file.getFileName());
  }

  private Optional<FileLock> ask(Path file, LockedFile locked, long position, boolean shared)
      throws IOException {
    if (!shared && locked.readOnly().isPresent()) {
      closeUnused(file, locked);
      throw locked.readOnly().get();
    }
    try {
      return Optional.ofNullable(locked.channel().tryLock(position, 1, shared));
    } catch (IOException failure) {
      closeUnused(file, locked);
      throw failure;
    }
  }

  private static LockedFile open(Path file) throws IOException {
    try {
      FileChannel both =
          FileChannel.open(
              file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      return new LockedFile(both, Optional.empty(), new HashMap<>());
    } catch (FileSystemException readOnly) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      return new LockedFile(channel, Optional.of(readOnly), new HashMap<>());
    }
  }

  private void closeUnused(Path file, LockedFile locked) throws IOException {
    if (locked.held().isEmpty()) {
      files.remove(file);
      locked.channel().close();
    }
  }

  /// One holder's share of a lock.
  private final class Release implements Disk.Hold {
    private final Path file;
    private final long position;
    private boolean released;

    Release(Path file, long position) {
      this.file = file;
      this.position = position;
    }

    @Override
    public void close() throws IOException {
      synchronized (files) {
        LockedFile locked = files.get(file);
        if (released || locked == null) {
          return;
        }
        released = true;
        Held held = locked.held().get(position);
        if (held != null && --held.holders == 0) {
          locked.held().remove(position);
          held.lock.release();
        }
        closeUnused(file, locked);
      }
    }
  }
}
