package dev.freehold.train.checkpoint;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder that is on disk whole or not at all, whenever the process or the machine stops.
///
/// It is written as `NAME.part` and renamed when everything in it is on disk. One that stands there
/// already becomes `NAME.old` before and is removed after; where a kill came between, the next
/// [#recover] gives it its name back.
public final class DurableFolder {
  private static final String PART = ".part";
  private static final String OLD = ".old";

  /// Writes what belongs into a folder.
  public interface Content {
    void writeInto(Path folder) throws IOException;
  }

  private DurableFolder() {}

  /// The names that [#replace] takes for itself, and deletes what stands there.
  public static List<Path> names(Path target) {
    return List.of(target, sibling(target, PART), sibling(target, OLD));
  }

  /// Puts a folder with this content in the place of `target`.
  public static void replace(Path target, Content content) throws IOException {
    Path part = sibling(target, PART);
    Path old = sibling(target, OLD);
    delete(part);
    Files.createDirectories(part);
    try {
      content.writeInto(part);
      force(part);
    } catch (IOException | RuntimeException e) {
      makeRoom(part, e);
      throw e;
    }
    if (Files.exists(target)) {
      delete(old);
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    force(part.resolveSibling("."));
    delete(old);
  }

  private static void makeRoom(Path part, Exception failure) {
    try {
      delete(part);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /// Finishes in a folder of such folders what a kill interrupted.
  static void recover(Path parent) throws IOException {
    List<Path> left;
    try (Stream<Path> entries = Files.list(parent)) {
      left = entries.filter(path -> path.toString().endsWith(OLD)).toList();
    }
    for (Path old : left) {
      String name = old.getFileName().toString();
      Path target = old.resolveSibling(name.substring(0, name.length() - OLD.length()));
      if (Files.exists(target)) {
        delete(old);
      } else {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static Path sibling(Path target, String ending) {
    return target.resolveSibling(target.getFileName() + ending);
  }

  /// Writes a file and makes it durable.
  public static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /// Makes the names in a folder durable. Windows does so by itself, and opens no folder.
  private static void force(Path folder) throws IOException {
    if (File.separatorChar == '\\') {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }
}
