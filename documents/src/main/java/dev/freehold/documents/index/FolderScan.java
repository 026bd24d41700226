package dev.freehold.documents.index;

import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import dev.freehold.documents.extract.Format;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Finds and reads the files below a folder. Every step goes from an open folder to a name in it
/// and follows no symbolic link, so that nothing outside is read, whoever changes names meanwhile.
final class FolderScan {
  private final Path folder;
  private final ScanLimits limits;
  private final List<FoundFile> found = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private int seen;

  FolderScan(Path folder, ScanLimits limits) {
    this.folder = folder;
    this.limits = limits;
  }

  /// The files, by name.
  List<FoundFile> found() {
    return found;
  }

  /// Folders that could not be read, as the beginnings of the paths below them.
  List<String> unreadable() {
    return unreadable;
  }

  /// @throws DocumentsException where the folder itself cannot be read, or holds too many files
  void run() {
    try (SecureDirectoryStream<Path> root = open(folder)) {
      scan(root, "", 0);
    } catch (IOException | DirectoryIteratorException e) {
      throw new DocumentsException(
          Reason.NOT_FOUND, "%s: the folder cannot be read: %s".formatted(folder, e), e);
    }
  }

  private static SecureDirectoryStream<Path> open(Path folder) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new DocumentsException(
        Reason.REFUSED,
        "%s: lies in a file system that cannot be read without following links; copy it to another"
            .formatted(folder));
  }

  private void scan(SecureDirectoryStream<Path> stream, String prefix, int depth)
      throws IOException {
    List<Path> names = new ArrayList<>();
    for (Path entry : stream) {
      Path name = entry.getFileName();
      if (name != null) {
        names.add(name);
      }
      requireFew(++seen);
    }
    names.sort(Comparator.comparing(Path::toString));
    for (Path name : names) {
      String path = prefix + name;
      if (!Path.of(name.toString()).equals(name) || name.toString().indexOf('\uFFFD') >= 0) {
        leaveOut(path, "its name is no text");
      } else if (name.toString().startsWith(".")) {
        leaveOut(path, "its name begins with a dot");
      } else {
        add(stream, name, path, depth);
      }
    }
  }

  private void requireFew(int count) {
    if (count > limits.maxFiles()) {
      throw new DocumentsException(
          Reason.REFUSED,
          "%s: holds more than %,d files and folders; add folders within it"
              .formatted(folder, limits.maxFiles()));
    }
  }

  private void add(SecureDirectoryStream<Path> stream, Path name, String path, int depth) {
    try {
      BasicFileAttributes attributes =
          stream
              .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
      if (attributes.isSymbolicLink()) {
        leaveOut(path, "is a symbolic link");
      } else if (attributes.isDirectory()) {
        enter(stream, name, path, depth);
      } else if (!attributes.isRegularFile()) {
        leaveOut(path, "is no regular file");
      } else {
        long modified = attributes.lastModifiedTime().toMillis();
        found.add(new FoundFile(path, attributes.size(), modified, problem(path, attributes)));
      }
    } catch (IOException e) {
      unreadable.add(path);
      leaveOut(path, "cannot be read: " + e);
    }
  }

  private void enter(SecureDirectoryStream<Path> stream, Path name, String path, int depth) {
    if (depth >= limits.maxDepth()) {
      leaveOut(path, "lies more than %d folders deep".formatted(limits.maxDepth()));
      return;
    }
    try (SecureDirectoryStream<Path> below =
        stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      scan(below, path + "/", depth + 1);
    } catch (IOException | DirectoryIteratorException e) {
      unreadable.add(path + "/");
      leaveOut(path, "cannot be read: " + e);
    }
  }

  private String problem(String path, BasicFileAttributes attributes) {
    if (Format.of(path).isEmpty()) {
      return "is of no format that is read";
    }
    return attributes.size() > limits.maxBytes()
        ? "is larger than %,d bytes".formatted(limits.maxBytes())
        : "";
  }

  private void leaveOut(String path, String why) {
    found.add(new FoundFile(path, 0, 0, why));
  }

  /// The bytes of a file below the folder, `most` at most.
  ///
  /// @throws IOException where it cannot be read, or has become larger
  static byte[] read(Path folder, String path, int most) throws IOException {
    try (SecureDirectoryStream<Path> root = open(folder)) {
      return read(root, path.split("/"), 0, most);
    }
  }

  private static byte[] read(SecureDirectoryStream<Path> stream, String[] names, int at, int most)
      throws IOException {
    Path name = Path.of(names[at]);
    if (at < names.length - 1) {
      try (SecureDirectoryStream<Path> below =
          stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
        return read(below, names, at + 1, most);
      }
    }
    try (SeekableByteChannel channel =
        stream.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      long size = channel.size();
      if (size > most) {
        throw new IOException("is larger than %,d bytes".formatted(most));
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // on until the end
      }
      return Arrays.copyOf(bytes.array(), bytes.position());
    }
  }
}
