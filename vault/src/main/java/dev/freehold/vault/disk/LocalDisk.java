package dev.freehold.vault.disk;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/// The file systems of this machine.
public final class LocalDisk implements Disk {
  /// The system keeps locks by process, and so must the table of them.
  private static final LocalDisk OF_PROCESS = new LocalDisk();

  private final FileLocks locks = new FileLocks();

  private LocalDisk() {}

  /// The one of this process.
  public static LocalDisk ofProcess() {
    return OF_PROCESS;
  }

  /// A file by its channel.
  private record ChannelFile(FileChannel channel) implements OpenFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return channel.read(into, position);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
      while (from.hasRemaining()) {
        channel.write(from);
      }
    }

    @Override
    public void sync() throws IOException {
      channel.force(true);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Override
  public OpenFile create(Path file) throws IOException {
    return new ChannelFile(
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  @Override
  public OpenFile open(Path file) throws IOException {
    requirePlain(file, facts(file));
    return new ChannelFile(
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public OpenFile openSource(Path file) throws IOException {
    requirePlain(file, sourceFacts(file));
    return new ChannelFile(FileChannel.open(file, StandardOpenOption.READ));
  }

  /// A pipe or a device would block or never end.
  private static void requirePlain(Path file, Optional<Facts> facts) throws IOException {
    if (facts.isEmpty()) {
      throw new NoSuchFileException(file.toString());
    }
    if (!facts.get().isFile()) {
      throw new FileSystemException(file.toString(), null, "is not a plain file: refused");
    }
  }

  @Override
  public Optional<Facts> facts(Path path) throws IOException {
    return facts(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public Optional<Facts> sourceFacts(Path path) throws IOException {
    return facts(path, new LinkOption[0]);
  }

  private static Optional<Facts> facts(Path path, LinkOption... options) throws IOException {
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(path, BasicFileAttributes.class, options);
    } catch (NoSuchFileException nothing) {
      return Optional.empty();
    }
    Kind kind =
        found.isRegularFile()
            ? Kind.FILE
            : found.isDirectory() ? Kind.FOLDER : found.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
    return Optional.of(new Facts(kind, found.size()));
  }

  @Override
  public Instant modified(Path path) throws IOException {
    return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
  }

  @Override
  public void names(Path folder, Consumer<String> name) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        name.accept(String.valueOf(entry.getFileName()));
      }
    } catch (java.nio.file.DirectoryIteratorException failure) {
      throw failure.getCause();
    }
  }

  @Override
  public void makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException already) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileSystemException(
            folder.toString(), null, "is a link or a file where a folder belongs: refused");
      }
    }
  }

  /// A second name and the end of the first, since a rename would replace what another process has
  /// put there; a rename where the file system gives files one name only.
  @Override
  public void place(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException noLinks) {
      if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(to.toString());
      }
      replace(from, to);
      return;
    }
    Files.delete(from);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new FileSystemException(
          from.toString(), to.toString(), "this file system cannot replace a file at once");
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.delete(path);
  }

  /// Windows does so by itself, and opens no folder.
  @Override
  public void syncFolder(Path folder) throws IOException {
    if (File.separatorChar == '\\') {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public boolean link(Path link, Path target) throws IOException {
    try {
      Files.createSymbolicLink(link, target);
      return true;
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException none) {
      return false;
    }
  }

  @Override
  public Optional<Path> linkTarget(Path link) throws IOException {
    return Files.isSymbolicLink(link)
        ? Optional.of(Files.readSymbolicLink(link))
        : Optional.empty();
  }

  @Override
  public Taken take(Path source, Path target, boolean mayLink) throws IOException {
    Path real = source.toRealPath();
    Files.createFile(target);
    if (Reflink.clone(real, target)) {
      return Taken.CLONED;
    }
    Files.delete(target);
    if (!mayLink) {
      return Taken.NOT;
    }
    try {
      Files.createLink(target, real);
      return Taken.LINKED;
    } catch (UnsupportedOperationException | FileSystemException otherFileSystem) {
      return Taken.NOT;
    }
  }

  @Override
  public long room(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  @Override
  public Optional<Hold> tryLock(Path file, long position, boolean shared) throws IOException {
    return locks.tryLock(file, position, shared);
  }
}
