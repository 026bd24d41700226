package dev.freehold.agent.workspace;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A copy of a person's folder in which an agent works, with all its snapshots.
///
/// In its folder lie `files`, the copy, which is all that commands may change; `objects`, the
/// contents; and `workspace.json`, which is written last and says that the copy is whole.
public final class Workspace implements Snapshots {
  private static final String RECORD = "workspace.json";
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(1 << 20);

  private final Path place;
  private final Path source;
  private final List<String> excluded;
  private final ObjectStore store;
  private final Scanner scanner;
  private final Predicate<String> isKept;
  private Node base;

  private Workspace(Path place, Origin origin, WorkspaceLimits limits) {
    this.place = place;
    this.source = origin.source();
    this.excluded = List.copyOf(origin.excluded());
    this.isKept = origin.isKept();
    this.store = new ObjectStore(place.resolve("objects"));
    this.scanner = new Scanner(place.resolve("files"), store, limits);
    this.base = Node.folder(0, "", new TreeMap<>());
  }

  /// What a workspace is a copy of.
  ///
  /// @param excluded patterns of what is not copied; one without `/` is over names in any folder
  /// @param isKept which paths of the person's folder are never changed, whatever the agent did to
  ///   its copy
  public record Origin(Path source, List<String> excluded, Predicate<String> isKept) {}

  /// Copies a folder.
  ///
  /// @param place where the workspace is kept, outside of the folder
  /// @throws WorkspaceException where the folder is too large, or cannot be read
  public static Workspace create(Path place, Origin origin, WorkspaceLimits limits) {
    Path source = origin.source().toAbsolutePath().normalize();
    try {
      Path real = source.toRealPath();
      if (!Files.isDirectory(real)) {
        throw new WorkspaceException("%s: is no folder".formatted(source));
      }
      Files.createDirectories(
          place,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (place.toRealPath().startsWith(real)) {
        throw new WorkspaceException(
            "%s: holds the folder in which runs are kept (%s); name a folder within it"
                .formatted(source, place));
      }
      Restoration.delete(place.resolve("files"));
      Restoration.delete(place.resolve("objects"));
      Path kept = place.toRealPath();
      Origin known = new Origin(real, origin.excluded(), origin.isKept());
      Workspace workspace = new Workspace(kept, known, limits);
      new FolderCopy(real, kept.resolve("files"), new Excluded(origin.excluded()), limits).copy();
      workspace.base = workspace.scan();
      workspace.writeRecord();
      workspace.store.force(true);
      return workspace;
    } catch (NoSuchFileException missing) {
      throw new WorkspaceException("%s: no such folder".formatted(missing.getFile()), missing);
    } catch (IOException failure) {
      throw failed("%s: cannot be copied".formatted(source), failure);
    }
  }

  /// Opens a workspace that was made before.
  ///
  /// @throws WorkspaceException where there is none, or it is damaged
  public static Workspace open(Path place, WorkspaceLimits limits, Predicate<String> isKept) {
    Path file = place.resolve(RECORD);
    if (!Files.exists(file)) {
      throw new WorkspaceException(
          "%s: there is no whole workspace; the run never began to work".formatted(place));
    }
    try {
      JsonNode json = StrictJson.parse(file, LIMITS);
      List<String> excluded = new ArrayList<>();
      json.path("excluded").forEach(pattern -> excluded.add(pattern.asString("")));
      Path source = Path.of(json.path("source").asString(""));
      Workspace workspace =
          new Workspace(place.toRealPath(), new Origin(source, excluded, isKept), limits);
      workspace.base = Listing.read(workspace.store, 0, json.path("base").asString(""));
      workspace.store.force(true);
      return workspace;
    } catch (TensorException failure) {
      throw new WorkspaceException(String.valueOf(failure.getMessage()), failure);
    } catch (IOException failure) {
      throw failed("%s: cannot be opened".formatted(place), failure);
    }
  }

  /// A copy of this workspace as it was at a snapshot, for a run that goes on differently.
  public Workspace fork(Path newPlace, String snapshot, WorkspaceLimits limits) {
    try {
      Files.createDirectories(
          newPlace,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Workspace fork =
          new Workspace(newPlace.toRealPath(), new Origin(source, excluded, isKept), limits);
      linkObjects(newPlace.resolve("objects"));
      Files.createDirectories(newPlace.resolve("files"));
      fork.base = base;
      fork.restore(snapshot.isEmpty() ? base.digest() : snapshot);
      fork.writeRecord();
      fork.store.force(true);
      return fork;
    } catch (IOException failure) {
      throw failed("%s: cannot be copied".formatted(place), failure);
    }
  }

  /// Contents are never written again, so that both workspaces can have the same files.
  private void linkObjects(Path to) throws IOException {
    try (var objects = Files.walk(place.resolve("objects"))) {
      for (Path object : (Iterable<Path>) objects::iterator) {
        Path target = to.resolve(place.resolve("objects").relativize(object));
        if (Files.isDirectory(object, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(target);
        } else {
          try {
            Files.createLink(target, object);
          } catch (FileSystemException | UnsupportedOperationException noLinks) {
            Files.copy(object, target, StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
  }

  private void writeRecord() throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("source", source.toString()).put("base", base.digest());
    ArrayNode patterns = json.putArray("excluded");
    excluded.forEach(patterns::add);
    Path part = place.resolve(RECORD + ".part");
    Files.write(part, json.toString().getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, place.resolve(RECORD), StandardCopyOption.ATOMIC_MOVE);
  }

  private Node scan() throws IOException {
    return scanner.scan(place.resolve("clock"));
  }

  /// The folder that this is a copy of.
  public Path source() {
    return source;
  }

  /// The snapshot of the copy before anything was done, or since changes were taken over last.
  public String base() {
    return base.digest();
  }

  @Override
  public Path root() {
    return place.resolve("files");
  }

  @Override
  public String take() {
    try {
      return scan().digest();
    } catch (IOException | UncheckedIOException failure) {
      throw failed("%s: cannot be read".formatted(root()), failure);
    }
  }

  @Override
  public void restore(String snapshot) {
    try {
      Node wanted = Listing.read(store, 0, snapshot);
      Node now = scanner.look(wanted);
      new Restoration(store).restore(root(), now, wanted);
    } catch (IOException failure) {
      throw failed("%s: cannot be put back".formatted(root()), failure);
    }
  }

  /// What the copy differs in from how it began, or from what was taken over last.
  public List<Change> changes() {
    return changes(base.digest(), take());
  }

  /// What differs between two snapshots.
  public List<Change> changes(String before, String after) {
    return new ChangeTexts(store, isKept)
        .of(Differences.between(Listing.read(store, 0, before), Listing.read(store, 0, after)));
  }

  /// Makes the person's folder hold what the copy holds now, where they differ.
  ///
  /// Done a second time, after it was broken off, it goes on: a file that holds already what it is
  /// to hold is left alone.
  ///
  /// @param snapshot of the changes that the person saw
  /// @return the paths that were changed
  /// @throws WorkspaceException where the copy changed since that snapshot, or the folder changed
  ///   since it was copied, in files that are to be changed; nothing is changed then
  public List<String> apply(String snapshot) {
    try {
      if (!take().equals(snapshot)) {
        throw new WorkspaceException(
            "%s: changed since its changes were shown; look at them again".formatted(root()));
      }
      Node now = Listing.read(store, 0, snapshot);
      List<FileChange> wanted =
          Differences.between(base, now).stream()
              .filter(change -> !isKept.test(change.path()))
              .toList();
      new Takeover(source, store).apply(wanted);
      base = now;
      writeRecord();
      return wanted.stream().map(FileChange::path).toList();
    } catch (IOException failure) {
      throw failed("%s: cannot be changed".formatted(source), failure);
    }
  }

  /// Removes a workspace with all its snapshots.
  public static void delete(Path place) {
    try {
      Restoration.delete(place);
    } catch (IOException failure) {
      throw failed("%s: cannot be removed".formatted(place), failure);
    }
  }

  private static WorkspaceException failed(String what, Exception failure) {
    return new WorkspaceException(what + ": " + failure, failure);
  }
}
