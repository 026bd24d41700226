package dev.freehold.agent.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.sandbox.ProtectedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  private static final Predicate<String> KEPT = path -> ProtectedPaths.isProtected(Path.of(path));

  @TempDir private Path folder;
  private Path source = Path.of("unset");
  private Path outside = Path.of("unset");

  @BeforeEach
  void makeFolder() throws IOException {
    source = Files.createDirectories(folder.resolve("repo"));
    outside = Files.writeString(folder.resolve("secret"), "secret");
    Files.createDirectories(source.resolve("src/deep"));
    Files.writeString(source.resolve("src/a.txt"), "one\ntwo\nthree\n");
    Files.writeString(source.resolve("src/deep/b.txt"), "b\n");
    Files.writeString(source.resolve("run.sh"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(
        source.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(source.resolve("out"), outside);
    Files.createSymbolicLink(source.resolve("in"), Path.of("src/a.txt"));
  }

  private Workspace create(String... excluded) {
    return Workspace.create(
        folder.resolve("kept"),
        new Workspace.Origin(source, List.of(excluded), KEPT),
        WorkspaceLimits.DEFAULT);
  }

  /// All that a folder holds, by path: contents, targets of links and permissions.
  private static TreeMap<String, String> content(Path root) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String path = root.relativize(file).toString();
        if (Files.isSymbolicLink(file)) {
          all.put(path, "-> " + Files.readSymbolicLink(file));
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          all.put(path, Files.getPosixFilePermissions(file) + Files.readString(file));
        } else {
          all.put(path, "folder");
        }
      }
    }
    return all;
  }

  @Test
  void theCopyIsAsTheFolderAndLinksStayLinks() throws IOException {
    Workspace workspace = create();
    assertThat(content(workspace.root())).isEqualTo(content(source));
    assertThat(workspace.changes()).isEmpty();
  }

  @Test
  void whatIsExcludedIsNotThereAndTooMuchIsRefused() throws IOException {
    Files.createDirectories(source.resolve("node_modules/x"));
    Files.writeString(source.resolve("node_modules/x/big"), "x".repeat(10_000));
    Workspace workspace = create("node_modules", "*.sh");
    assertThat(content(workspace.root()))
        .doesNotContainKeys("node_modules", "run.sh")
        .containsKey("src/a.txt");
    assertThatThrownBy(() ->
            Workspace.create(
                folder.resolve("small"),
                new Workspace.Origin(source, List.of(), KEPT),
                new WorkspaceLimits(1000, 5_000)))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("--exclude");
    assertThatThrownBy(() -> Workspace.open(folder.resolve("small"), WorkspaceLimits.DEFAULT, KEPT))
        .hasMessageContaining("no whole workspace");
  }

  @Test
  void aFolderThatHoldsTheStoreIsRefused() {
    assertThatThrownBy(() ->
            Workspace.create(
                source.resolve("state/w"),
                new Workspace.Origin(source, List.of(), KEPT),
                WorkspaceLimits.DEFAULT))
        .hasMessageContaining("holds the folder in which runs are kept");
  }

  @Test
  void aSnapshotPutsEverythingBack() throws IOException {
    Workspace workspace = create();
    Path root = workspace.root();
    TreeMap<String, String> before = content(root);
    String snapshot = workspace.take();
    assertThat(workspace.take()).isEqualTo(snapshot);
    Files.writeString(root.resolve("src/a.txt"), "other");
    Restoration.delete(root.resolve("src/deep"));
    Files.writeString(root.resolve("src/deep"), "a file where a folder was");
    Files.delete(root.resolve("in"));
    Files.createDirectory(root.resolve("in"));
    Files.createSymbolicLink(root.resolve("in/more"), outside);
    Files.setPosixFilePermissions(
        root.resolve("run.sh"), PosixFilePermissions.fromString("---------"));
    Files.createDirectories(root.resolve("new/closed"));
    Files.setPosixFilePermissions(
        root.resolve("new/closed"), PosixFilePermissions.fromString("---------"));
    String changed = workspace.take();
    assertThat(changed).isNotEqualTo(snapshot);
    workspace.restore(snapshot);
    assertThat(content(root)).isEqualTo(before);
    assertThat(workspace.take()).isEqualTo(snapshot);
    assertThat(outside).hasContent("secret");
  }

  @Test
  void aChangeOfTheSameSizeWithTheOldTimeIsSeen() throws IOException {
    Workspace workspace = create();
    Path file = workspace.root().resolve("src/a.txt");
    for (int i = 0; i < 20; i++) {
      FileTime time = Files.getLastModifiedTime(file);
      Files.writeString(file, "one\ntwo\nthr%02d\n".formatted(i));
      String first = workspace.take();
      Files.writeString(file, "one\ntwo\nTHR%02d\n".formatted(i));
      Files.setLastModifiedTime(file, time);
      assertThat(workspace.take()).as("round " + i).isNotEqualTo(first);
    }
  }

  @Test
  void randomChangesAreTakenBackAndTold() throws IOException {
    Workspace workspace = create();
    Path root = workspace.root();
    long seed = 11;
    Random random = new Random(seed);
    TreeMap<String, TreeMap<String, String>> states = new TreeMap<>();
    states.put(workspace.take(), content(root));
    for (int i = 0; i < 40; i++) {
      Path place = root.resolve("d" + random.nextInt(3)).resolve("f" + random.nextInt(4));
      if (random.nextInt(3) == 0) {
        Restoration.delete(random.nextBoolean() ? place : root.resolve("d0"));
      } else {
        Files.createDirectories(place.getParent());
        Restoration.delete(place);
        Files.writeString(place, "text " + random.nextInt(5) + "\n");
      }
      states.put(workspace.take(), content(root));
      if (random.nextInt(4) == 0) {
        List<String> all = List.copyOf(states.keySet());
        String one = all.get(random.nextInt(all.size()));
        workspace.restore(one);
        assertThat(content(root)).as("seed %d, step %d", seed, i).isEqualTo(states.get(one));
      }
    }
  }

  @Test
  void changesAreToldLineByLine() throws IOException {
    Workspace workspace = create();
    Path root = workspace.root();
    Files.writeString(root.resolve("src/a.txt"), "one\n2\nthree\n");
    Files.write(root.resolve("picture"), new byte[] {1, 0, 2});
    Files.delete(root.resolve("src/deep/b.txt"));
    Files.setPosixFilePermissions(
        root.resolve("run.sh"), PosixFilePermissions.fromString("rw-r--r--"));
    List<Change> changes = workspace.changes();
    assertThat(changes)
        .extracting(Change::path)
        .containsExactly("picture", "run.sh", "src/a.txt", "src/deep/b.txt");
    assertThat(changes.get(0).text()).contains("a file of 3 bytes");
    assertThat(changes.get(1).text()).contains("mode 755 becomes 644");
    assertThat(changes.get(2).text()).isEqualTo("@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
    assertThat(changes.get(3).kind()).isEqualTo(Change.Kind.DELETED);
  }

  @Test
  void takingOverChangesTheFolderAndNothingElse() throws IOException {
    Files.writeString(source.resolve("src/deep/own.txt"), "mine\n");
    Workspace workspace = create();
    Path root = workspace.root();
    Files.writeString(root.resolve("src/a.txt"), "one\n2\nthree\n");
    Files.createDirectories(root.resolve("new/dir"));
    Files.writeString(root.resolve("new/dir/c.txt"), "c\n");
    Files.delete(root.resolve("src/deep/b.txt"));
    Files.setPosixFilePermissions(
        root.resolve("src/a.txt"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(root.resolve(".git/hooks"));
    Files.writeString(root.resolve(".git/hooks/pre-commit"), "evil");
    Files.writeString(root.resolve(".envrc"), "evil");
    Files.writeString(source.resolve("untouched"), "the person's own, made meanwhile");
    List<String> applied = workspace.apply(workspace.take());
    assertThat(applied).containsExactly("new/dir/c.txt", "src/a.txt", "src/deep/b.txt");
    assertThat(source.resolve("src/a.txt")).hasContent("one\n2\nthree\n");
    assertThat(Files.isExecutable(source.resolve("src/a.txt"))).isTrue();
    assertThat(source.resolve("new/dir/c.txt")).hasContent("c\n");
    assertThat(source.resolve("src/deep/b.txt")).doesNotExist();
    assertThat(source.resolve("src/deep/own.txt")).exists();
    assertThat(source.resolve(".git")).doesNotExist();
    assertThat(source.resolve(".envrc")).doesNotExist();
    assertThat(source.resolve("untouched")).exists();
    assertThat(workspace.changes()).filteredOn(change -> !change.isKept()).isEmpty();
  }

  @Test
  void aFolderThatChangedSinceIsLeftAsItIs() throws IOException {
    Workspace workspace = create();
    Path root = workspace.root();
    Files.writeString(root.resolve("src/a.txt"), "agent\n");
    Files.writeString(root.resolve("run.sh"), "agent\n");
    Files.writeString(source.resolve("src/a.txt"), "person\n");
    assertThatThrownBy(() -> workspace.apply(workspace.take()))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("src/a.txt");
    assertThat(source.resolve("src/a.txt")).hasContent("person\n");
    assertThat(source.resolve("run.sh")).hasContent("#!/bin/sh\n");
    String seen = workspace.take();
    Files.writeString(root.resolve("run.sh"), "later\n");
    assertThatThrownBy(() -> workspace.apply(seen)).hasMessageContaining("look at them again");
  }

  @Test
  void aLinkInTheFolderLeadsNothingOut() throws IOException {
    Workspace workspace = create();
    Path root = workspace.root();
    Files.writeString(root.resolve("src/deep/b.txt"), "evil\n");
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("b.txt"), "b\n");
    Restoration.delete(source.resolve("src/deep"));
    Files.createSymbolicLink(source.resolve("src/deep"), elsewhere);
    assertThatThrownBy(() -> workspace.apply(workspace.take()))
        .isInstanceOf(WorkspaceException.class);
    assertThat(elsewhere.resolve("b.txt")).hasContent("b\n");
    Files.delete(root.resolve("out"));
    Files.writeString(root.resolve("out"), "not through the link\n");
    Files.delete(source.resolve("src/deep"));
    Files.createDirectories(source.resolve("src/deep"));
    Files.writeString(source.resolve("src/deep/b.txt"), "b\n");
    workspace.apply(workspace.take());
    assertThat(outside).hasContent("secret");
    assertThat(Files.isSymbolicLink(source.resolve("out"))).isFalse();
  }

  @Test
  void aTakeoverThatWasBrokenOffGoesOn() throws IOException {
    Workspace workspace = create();
    Path root = workspace.root();
    Files.writeString(root.resolve("src/a.txt"), "agent\n");
    Files.writeString(root.resolve("run.sh"), "agent\n");
    Files.delete(root.resolve("src/deep/b.txt"));
    Files.writeString(source.resolve("run.sh"), "agent\n");
    Files.delete(source.resolve("src/deep/b.txt"));
    assertThat(workspace.apply(workspace.take())).hasSize(3);
    assertThat(source.resolve("src/a.txt")).hasContent("agent\n");
  }

  @Test
  void aForkStandsAlone() throws IOException {
    Workspace workspace = create();
    Files.writeString(workspace.root().resolve("src/a.txt"), "first\n");
    String snapshot = workspace.take();
    Files.writeString(workspace.root().resolve("src/a.txt"), "second\n");
    workspace.take();
    Workspace fork = workspace.fork(folder.resolve("fork"), snapshot, WorkspaceLimits.DEFAULT);
    assertThat(fork.root().resolve("src/a.txt")).hasContent("first\n");
    Files.writeString(fork.root().resolve("src/a.txt"), "third\n");
    Workspace.delete(folder.resolve("kept"));
    Workspace opened = Workspace.open(folder.resolve("fork"), WorkspaceLimits.DEFAULT, KEPT);
    assertThat(opened.changes()).extracting(Change::path).containsExactly("src/a.txt");
  }

  @Test
  void aDamagedObjectIsToldAndNotTaken() throws IOException {
    Workspace workspace = create();
    String snapshot = workspace.take();
    Files.writeString(workspace.root().resolve("src/a.txt"), "changed");
    Path object =
        new ObjectStore(folder.resolve("kept/objects"))
            .place(dev.freehold.tensor.Sha256.of("one\ntwo\nthree\n"));
    Files.writeString(object, "one\ntwo\nTHREE\n");
    assertThatThrownBy(() -> workspace.restore(snapshot))
        .isInstanceOf(WorkspaceException.class)
        .hasMessageContaining("is damaged");
  }
}
