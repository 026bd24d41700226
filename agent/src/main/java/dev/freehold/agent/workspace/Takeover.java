package dev.freehold.agent.workspace;

import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Changes a person's folder as an agent changed its copy: all files are looked at first, and only
/// where none of them is other than expected is anything changed. Links are never followed.
final class Takeover {
  private static final int EXECUTABLE = 0111;
  private static final int MOST_TOLD = 10;

  private final Path folder;
  private final ObjectStore store;

  Takeover(Path folder, ObjectStore store) {
    this.folder = folder;
    this.store = store;
  }

  /// @throws WorkspaceException where a file is neither as it was copied nor as it is to be
  void apply(List<FileChange> changes) throws IOException {
    Set<String> removed =
        changes.stream()
            .filter(change -> change.after().isEmpty())
            .map(FileChange::path)
            .collect(Collectors.toSet());
    List<String> conflicts = new ArrayList<>();
    for (FileChange change : changes) {
      if (!isExpected(change, removed)) {
        conflicts.add(change.path());
      }
    }
    if (!conflicts.isEmpty()) {
      throw new WorkspaceException(
          "%s: changed since it was copied, nothing is taken over: %s%s; put these aside, or"
                  .formatted(
                      folder,
                      String.join(
                          ", ", conflicts.subList(0, Math.min(MOST_TOLD, conflicts.size()))),
                      conflicts.size() > MOST_TOLD ? ", ..." : "")
              + " take the changes over by hand from the difference");
    }
    for (FileChange change : changes.reversed()) {
      if (change.after().isEmpty()) {
        remove(folder.resolve(change.path()));
      }
    }
    for (FileChange change : changes) {
      if (change.after().isPresent()) {
        write(change, change.after().get());
      }
    }
  }

  private boolean isExpected(FileChange change, Set<String> removed) throws IOException {
    Path place = folder;
    String path = "";
    for (String name : change.path().split("/")) {
      path = path.isEmpty() ? name : path + "/" + name;
      place = place.resolve(name);
      boolean isLast = path.length() == change.path().length();
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        return change.before().isEmpty() || change.after().isEmpty();
      }
      if (isLast) {
        return holds(place, change.before()) || holds(place, change.after());
      }
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        return removed.contains(path) && change.before().isEmpty();
      }
    }
    return false;
  }

  private boolean holds(Path place, Optional<Node> wanted) throws IOException {
    if (wanted.isEmpty()) {
      return false;
    }
    BasicFileAttributes is =
        Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return switch (wanted.get().kind()) {
      case FILE ->
          is.isRegularFile()
              && is.size() == wanted.get().size()
              && digest(place).equals(wanted.get().digest());
      case LINK ->
          is.isSymbolicLink()
              && Sha256.of(Files.readSymbolicLink(place).toString()).equals(wanted.get().digest());
      case FOLDER -> is.isDirectory();
    };
  }

  private static String digest(Path file) throws IOException {
    MessageDigest sum = Sha256.begin();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sum.update(buffer, 0, count);
      }
    }
    return Sha256.finish(sum);
  }

  /// Removes a file, and the folders that it leaves empty.
  private void remove(Path place) throws IOException {
    try {
      Files.deleteIfExists(place);
      Path above = place.getParent();
      while (above != null && !above.equals(folder)) {
        Files.delete(above);
        above = above.getParent();
      }
    } catch (DirectoryNotEmptyException | NoSuchFileException stays) {
      // something else is in it
    }
  }

  private void write(FileChange change, Node wanted) throws IOException {
    Path place = folder.resolve(change.path());
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)
        && holds(place, change.after())
        && change.before().filter(before -> before.mode() != wanted.mode()).isEmpty()) {
      return;
    }
    Path parent = Objects.requireNonNull(place.getParent());
    Files.createDirectories(parent);
    Path part = parent.resolve(".freehold-" + wanted.digest().substring(0, 16) + ".part");
    Files.deleteIfExists(part);
    if (wanted.kind() == Node.Kind.LINK) {
      String target = new String(store.bytes(wanted.digest()), StandardCharsets.UTF_8);
      Files.createSymbolicLink(part, place.getFileSystem().getPath(target));
    } else {
      store.write(wanted.digest(), part);
      Modes.set(part, mode(change, place, wanted));
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// The person's own permissions, and whether the file may be run as the agent left it.
  private static int mode(FileChange change, Path place, Node wanted) throws IOException {
    boolean isFile = Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS);
    if (!isFile || change.before().isEmpty()) {
      return wanted.mode();
    }
    int own = (Integer) Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0777;
    return change.before().get().mode() == wanted.mode()
        ? own
        : own & ~EXECUTABLE | wanted.mode() & EXECUTABLE;
  }
}
