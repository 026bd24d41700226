package dev.freehold.agent.workspace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Finds out what a folder holds, and keeps the contents; what did not change since the last time
/// is not read again.
final class Scanner {
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;
  private static final int FOLDER = 0040000;
  private static final int LINK = 0120000;

  /// A file that was written so shortly before it was looked at may be written once more without
  /// its time showing it: systems keep time in ticks.
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int MAX_DEPTH = 128;

  private final Path root;
  private final ObjectStore store;
  private final WorkspaceLimits limits;
  private Map<String, Seen> seen = new HashMap<>();
  private Map<String, Seen> next = new HashMap<>();
  private long horizon;
  private int files;
  private long bytes;

  /// What tells that a file is the one that was read before.
  private record Stamp(long size, long inode, long changed, long modified, int mode) {}

  private record Seen(Stamp stamp, String digest) {}

  Scanner(Path root, ObjectStore store, WorkspaceLimits limits) {
    this.root = root;
    this.store = store;
    this.limits = limits;
  }

  /// What the folder holds now.
  ///
  /// @param clockFile a file that is written to, so as to learn the file system's own time
  /// @throws WorkspaceException where it holds more than it may
  Node scan(Path clockFile) throws IOException {
    Files.write(clockFile, new byte[] {1});
    horizon = Files.getLastModifiedTime(clockFile).to(TimeUnit.NANOSECONDS) - TICK_NANOS;
    files = 0;
    bytes = 0;
    next = new HashMap<>(seen.size() * 2);
    Node found = folder(root, "", mode(root), 0);
    store.settle();
    seen = next;
    return found;
  }

  private static int mode(Path folder) throws IOException {
    return (Integer) Files.getAttribute(folder, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0777;
  }

  private Node folder(Path folder, String path, int mode, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new WorkspaceException(
          "%s: is nested more than %d folders deep".formatted(folder, MAX_DEPTH));
    }
    SortedMap<String, Node> children = new TreeMap<>();
    for (Path child : names(folder)) {
      String name = String.valueOf(child.getFileName());
      Stamp stamp;
      try {
        stamp = stamp(child);
      } catch (NoSuchFileException gone) {
        continue;
      }
      count(stamp);
      String childPath = path.isEmpty() ? name : path + "/" + name;
      int bits = stamp.mode() & 0777;
      switch (stamp.mode() & TYPE) {
        case REGULAR ->
            children.put(
                name,
                Node.file(bits, stamp.modified(), stamp.size(), digest(child, childPath, stamp)));
        case FOLDER -> children.put(name, folder(child, childPath, bits, depth + 1));
        case LINK ->
            children.put(
                name,
                Node.link(
                    store.put(
                        Files.readSymbolicLink(child)
                            .toString()
                            .getBytes(StandardCharsets.UTF_8))));
        default -> {
          // a pipe, socket or device is nothing that can be kept
        }
      }
    }
    return Node.folder(mode, store.put(Listing.write(children)), children);
  }

  private static List<Path> names(Path folder) throws IOException {
    try {
      return list(folder);
    } catch (AccessDeniedException closed) {
      Modes.open(folder);
      return list(folder);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      List<Path> found = new ArrayList<>();
      entries.forEach(found::add);
      return found;
    }
  }

  private static Stamp stamp(Path file) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(
            file, "unix:size,ino,ctime,lastModifiedTime,mode", LinkOption.NOFOLLOW_LINKS);
    return new Stamp(
        number(attributes, "size"),
        number(attributes, "ino"),
        nanos(attributes, "ctime"),
        nanos(attributes, "lastModifiedTime"),
        (int) number(attributes, "mode"));
  }

  private static long number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static long nanos(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
  }

  private void count(Stamp stamp) {
    files++;
    bytes += (stamp.mode() & TYPE) == REGULAR ? stamp.size() : 0;
    if (files > limits.files() || bytes > limits.bytes()) {
      throw new WorkspaceException(
          "%s: has more than %,d files or %,d MiB, which is the most that a workspace may hold"
              .formatted(root, limits.files(), limits.bytes() >> 20));
    }
  }

  private String digest(Path file, String path, Stamp stamp) throws IOException {
    Seen before = seen.get(path);
    if (before != null && before.stamp().equals(stamp)) {
      next.put(path, before);
      return before.digest();
    }
    String digest;
    try {
      digest = store.put(file, stamp.size());
    } catch (AccessDeniedException closed) {
      Modes.open(file);
      digest = store.put(file, stamp.size());
    }
    if (stamp.changed() < horizon) {
      next.put(path, new Seen(stamp, digest));
    }
    return digest;
  }

  /// What the folder holds of what is wanted, without reading any file: a file that is not known
  /// has an empty digest, as folders have.
  Node look(Node wanted) throws IOException {
    return look(root, "", wanted);
  }

  private Node look(Path folder, String path, Node wanted) throws IOException {
    SortedMap<String, Node> children = new TreeMap<>();
    for (Map.Entry<String, Node> entry : wanted.children().entrySet()) {
      Path child = folder.resolve(entry.getKey());
      if (!Files.exists(child, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      Stamp stamp = stamp(child);
      String childPath = path.isEmpty() ? entry.getKey() : path + "/" + entry.getKey();
      int bits = stamp.mode() & 0777;
      switch (stamp.mode() & TYPE) {
        case REGULAR -> {
          Seen before = seen.get(childPath);
          String digest = before != null && before.stamp().equals(stamp) ? before.digest() : "";
          children.put(entry.getKey(), Node.file(bits, stamp.modified(), stamp.size(), digest));
        }
        case LINK -> children.put(entry.getKey(), Node.link(""));
        case FOLDER -> {
          Modes.open(child);
          boolean isWanted = entry.getValue().kind() == Node.Kind.FOLDER;
          children.put(
              entry.getKey(),
              isWanted
                  ? look(child, childPath, entry.getValue()).withMode(bits)
                  : Node.folder(bits, "", new TreeMap<>()));
        }
        default -> {
          // nothing that a snapshot holds
        }
      }
    }
    return Node.folder(0, "", children);
  }
}
