package dev.freehold.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A regular file opened for reading, with the size, time stamp and identity that it had then.
///
/// The channel closes with [#close]; a mapping made by [#map] lives as long as its arena.
final class MappedFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final FileTime modified;
  private final @Nullable Object key;

  private MappedFile(Path path, FileChannel channel, BasicFileAttributes found) {
    this.path = path;
    this.channel = channel;
    this.size = found.size();
    this.modified = found.lastModifiedTime();
    this.key = found.fileKey();
  }

  static MappedFile open(Path file) {
    Path path = file.toAbsolutePath();
    try {
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      if (!found.isRegularFile()) { // a pipe or device would block or never end
        throw new TensorException(
            "%s: expected a file, found %s"
                .formatted(file, found.isDirectory() ? "a folder" : "a device, pipe or socket"));
      }
      return new MappedFile(path, FileChannel.open(path, StandardOpenOption.READ), found);
    } catch (NoSuchFileException e) {
      throw new TensorException("%s: no such file".formatted(file), e);
    } catch (IOException e) {
      throw new TensorException("%s: cannot be opened: %s".formatted(file, e), e);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  FileChannel channel() {
    return channel;
  }

  MemorySegment map(Arena arena) {
    try {
      return channel.map(MapMode.READ_ONLY, 0, size, arena);
    } catch (IOException | IllegalArgumentException e) {
      throw new TensorException(
          "%s: %d bytes cannot be mapped into memory: %s".formatted(path, size, e), e);
    }
  }

  /// Compares size, time stamp and identity of what the path names now with what was opened.
  void checkUnchanged() {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      throw unreadable(e);
    }
    if (now.size() != size) {
      throw resized(now.size());
    }
    if (!Objects.equals(now.fileKey(), key)) {
      throw changed("another file took its place");
    }
    if (!now.lastModifiedTime().equals(modified)) {
      throw changed(
          "it was written at %s, after it was opened (%s)"
              .formatted(now.lastModifiedTime(), modified));
    }
  }

  TensorException unreadable(IOException cause) {
    return changed("it can no longer be read (" + cause + ")");
  }

  TensorException resized(long now) {
    return changed("its size was %d bytes and is now %d".formatted(size, now));
  }

  private TensorException changed(String how) {
    return new TensorException(
        "%s changed after it was opened: %s; put the model's file back and open it again"
            .formatted(path, how));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new TensorException("%s: cannot be closed: %s".formatted(path, e), e);
    }
  }
}
