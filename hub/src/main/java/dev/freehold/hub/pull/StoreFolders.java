package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/// Folders and small files of a store of models: links in them are not followed, and what is put in
/// place is on disk before it has its name.
final class StoreFolders {
  private static final long MARGIN_BYTES = 64L << 20;

  private StoreFolders() {}

  /// Makes the folders from `root` down to `folder`. The root may be a link; what is below it may
  /// not, since a planted link would lead writes elsewhere.
  static void make(Path root, Path folder) throws IOException {
    Files.createDirectories(root);
    Path place = root;
    for (Path part : root.relativize(folder)) {
      place = place.resolve(part);
      try {
        Files.createDirectory(place);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
          throw new HubException(
              place + " is a link or a file where a folder belongs: refused; remove it", e);
        }
      }
    }
  }

  /// Refuses a link, a folder or a device where a file belongs. Nothing being there is fine.
  static void requirePlain(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new HubException(file + " is not a plain file: refused; remove it");
    }
  }

  /// Whether a plain file of this size is there.
  static boolean holds(Path file, long bytes) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == bytes;
  }

  /// Gives a file that is on disk its name.
  static void moveInto(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
    force(parent(to));
  }

  /// Writes a small file so that it is there whole or as it was.
  static void write(Path file, byte[] bytes) throws IOException {
    requirePlain(file);
    String own = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path part = file.resolveSibling(file.getFileName() + "." + own + ".tmp");
    try {
      Files.write(part, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      moveInto(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /// Makes the names in a folder durable. Windows does so by itself, and opens no folder.
  static void force(Path folder) throws IOException {
    if (File.separatorChar == '\\') {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new HubException(file + " has no folder");
    }
    return parent;
  }

  /// Refuses to begin what the disk has no room for.
  static void requireRoom(Path folder, long bytes) throws IOException {
    Path place = folder.toAbsolutePath();
    while (!Files.exists(place)) {
      place = parent(place);
    }
    long free;
    try {
      free = Files.getFileStore(place).getUsableSpace();
    } catch (NoSuchFileException e) {
      throw new HubException("the folder " + place + " has vanished", e);
    }
    if (bytes > 0 && free - MARGIN_BYTES < bytes) {
      throw new HubException(
          "no room: %d MB are to be fetched, and the disk of %s has %d MB free; make room or set"
                  .formatted(bytes / 1_000_000 + 1, place, free / 1_000_000)
              + " HF_HOME or XDG_DATA_HOME to a folder on another disk");
    }
  }
}
