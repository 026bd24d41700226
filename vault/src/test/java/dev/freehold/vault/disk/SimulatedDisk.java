package dev.freehold.vault.disk;

import dev.freehold.vault.disk.SimulatedTree.FileNode;
import dev.freehold.vault.disk.SimulatedTree.FolderNode;
import dev.freehold.vault.disk.SimulatedTree.LinkNode;
import dev.freehold.vault.disk.SimulatedTree.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A disk in memory that keeps apart what was written and what was synced, stops at any call, fails
/// at any call, and loses power: then each unsynced sector of a file and each unsynced name in a
/// folder is there or not, by chance.
///
/// One process uses it at a time, of which a call of one thread waits for that of another: [#kill]
/// and [#losePower] end it and begin the next.
public final class SimulatedDisk implements Disk {

  /// The process ended here. An error, so that no code of the store goes on.
  public static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;

    Stopped(long call) {
      super("stopped at call " + call, null, false, false);
    }
  }

  /// How a call fails that is to fail.
  public enum Fault {
    NO_SPACE("No space left on device"),
    IO("Input/output error"),
    READ_ONLY("Read-only file system");

    private final String message;

    Fault(String message) {
      this.message = message;
    }
  }

  private final FolderNode root = new FolderNode();
  private final SimulatedLocks locks = new SimulatedLocks();
  private long calls;
  private long stopAt = Long.MAX_VALUE;
  private long failAt = Long.MAX_VALUE;
  private Fault fault = Fault.IO;
  private boolean failsEver;
  private boolean stopped;
  private long room = 1L << 40;
  private Taken taking = Taken.NOT;
  private boolean hasLinks = true;
  private Optional<Path> real = Optional.empty();

  /// Ends the process at a call, counted from now on, before it has an effect; in the middle of it
  /// where it writes.
  public void stopAt(long call) {
    calls = 0;
    stopAt = call;
  }

  /// Makes a call fail, counted from now on.
  ///
  /// @param ever whether all that write fail from there on, as on a full disk
  public void failAt(long call, Fault how, boolean ever) {
    calls = 0;
    failAt = call;
    fault = how;
    failsEver = ever;
  }

  /// How this disk takes files of others.
  public void takes(Taken how) {
    taking = how;
  }

  public void hasNoLinks() {
    hasLinks = false;
  }

  /// Lets files of a real folder be taken as files of others, as if they had always been there.
  public void takesFrom(Path folder) {
    real = Optional.of(folder);
  }

  private void bringIn(Path path) throws IOException {
    if (real.isPresent() && path.startsWith(real.get()) && Files.isRegularFile(path)) {
      prepare(path, Files.readAllBytes(path));
    }
  }

  /// Calls since the count was last begun.
  public long calls() {
    return calls;
  }

  /// Ends the process and begins another: what was written stays.
  public void kill() {
    locks.clear();
    stopped = false;
    calls = 0;
    stopAt = Long.MAX_VALUE;
    failAt = Long.MAX_VALUE;
    failsEver = false;
  }

  /// Ends the process, and of what was not synced leaves what chance wills.
  public void losePower(Random chance) {
    kill();
    SimulatedTree.losePower(root, chance);
  }

  /// What a call does.
  private interface Effect<T> {
    T run() throws IOException;
  }

  private <T> T call(boolean writes, Effect<T> effect) throws IOException {
    return call(writes, false, effect);
  }

  /// @param tears whether a stop leaves a part of the effect, which sees to that itself
  private synchronized <T> T call(boolean writes, boolean tears, Effect<T> effect)
      throws IOException {
    if (stopped) {
      throw new Stopped(calls);
    }
    calls++;
    if (calls == failAt || failsEver && writes && calls > failAt) {
      throw new FileSystemException("simulated", null, fault.message);
    }
    if (calls == stopAt) {
      stopped = true;
      if (tears) {
        effect.run();
      }
      throw new Stopped(calls);
    }
    return effect.run();
  }

  private static IOException missing(Path path) {
    return new NoSuchFileException(path.toString());
  }

  private @Nullable Node node(Path path) {
    Node node = root;
    for (Path part : path) {
      if (!(node instanceof FolderNode folder)) {
        return null;
      }
      node = folder.names.get(part.toString());
    }
    return node;
  }

  private FolderNode folder(Path path) throws IOException {
    if (node(path) instanceof FolderNode folder) {
      return folder;
    }
    throw missing(path);
  }

  private FolderNode parent(Path path) throws IOException {
    Path parent = path.getParent();
    return parent == null ? root : folder(parent);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private FileNode file(Path path, boolean throughLinks) throws IOException {
    Node node = node(path);
    if (throughLinks && node instanceof LinkNode link) {
      Path home = path.getParent() == null ? path : path.getParent();
      node = node(home.resolve(link.target()).normalize());
    }
    if (node instanceof FileNode file) {
      return file;
    }
    if (node == null) {
      throw missing(path);
    }
    throw new FileSystemException(path.toString(), null, "is not a plain file: refused");
  }

  /// Puts a file there that always was, with its folders.
  public void prepare(Path path, byte[] bytes) {
    FolderNode folder = root;
    Path parent = path.getParent();
    for (Path part : parent == null ? Path.of("") : parent) {
      Node below = folder.names.computeIfAbsent(part.toString(), n -> new FolderNode());
      folder = (FolderNode) below;
    }
    FileNode file = new FileNode();
    file.written = bytes.clone();
    file.synced = bytes.clone();
    folder.names.put(name(path), file);
  }

  /// Changes a byte of a file behind everybody's back, as a disk does that decays.
  public void flipBit(Path path, int offset, int bit) throws IOException {
    FileNode file = file(path, false);
    file.written[offset] ^= (byte) (1 << bit);
    file.synced = file.written.clone();
  }

  /// The bytes of a file as they are now.
  public byte[] bytes(Path path) throws IOException {
    return file(path, false).written.clone();
  }

  /// A file that is open.
  private final class Handle implements OpenFile {
    private final FileNode node;

    Handle(FileNode node) {
      this.node = node;
    }

    @Override
    public long size() throws IOException {
      return call(false, () -> (long) node.written.length);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return call(
          false,
          () -> {
            if (position >= node.written.length) {
              return -1;
            }
            int count = (int) Math.min(into.remaining(), node.written.length - position);
            into.put(node.written, (int) position, count);
            return count;
          });
    }

    /// A write that is stopped has written a half.
    @Override
    public void write(ByteBuffer from) throws IOException {
      ByteBuffer rest = from.duplicate();
      call(
          true,
          true,
          () -> {
            int count = stopped ? rest.remaining() / 2 : rest.remaining();
            int start = node.written.length;
            node.written = Arrays.copyOf(node.written, start + count);
            rest.get(node.written, start, count);
            node.unsynced.add(new long[] {start, start + count});
            return true;
          });
      from.position(from.limit());
    }

    /// A sync that fails leaves what was not synced lost to every later one.
    @Override
    public void sync() throws IOException {
      try {
        call(
            true,
            () -> {
              if (!node.isLost) {
                node.synced = node.written.clone();
              }
              node.unsynced.clear();
              return true;
            });
      } catch (FileSystemException failed) {
        node.unsynced.clear();
        node.isLost = true;
        throw failed;
      }
    }

    @Override
    public void close() throws IOException {
      if (!stopped) {
        call(false, () -> true);
      }
    }
  }

  @Override
  public OpenFile create(Path file) throws IOException {
    return call(
        true,
        () -> {
          if (node(file) != null) {
            throw new FileAlreadyExistsException(file.toString());
          }
          FileNode made = new FileNode();
          parent(file).put(name(file), made);
          return new Handle(made);
        });
  }

  @Override
  public OpenFile open(Path file) throws IOException {
    return call(false, () -> new Handle(file(file, false)));
  }

  @Override
  public OpenFile openSource(Path file) throws IOException {
    bringIn(file);
    return call(false, () -> new Handle(file(file, true)));
  }

  @Override
  public Optional<Facts> facts(Path path) throws IOException {
    return call(false, () -> Optional.ofNullable(node(path)).map(SimulatedDisk::facts));
  }

  private static Facts facts(Node node) {
    return switch (node) {
      case FileNode file -> new Facts(Kind.FILE, file.written.length);
      case FolderNode folder -> new Facts(Kind.FOLDER, 0);
      case LinkNode link -> new Facts(Kind.LINK, 0);
    };
  }

  @Override
  public Optional<Facts> sourceFacts(Path path) throws IOException {
    bringIn(path);
    return call(
        false, () -> node(path) == null ? Optional.empty() : Optional.of(facts(target(path))));
  }

  private Node target(Path path) throws IOException {
    Node node = node(path);
    return node instanceof FolderNode ? node : file(path, true);
  }

  @Override
  public Instant modified(Path path) throws IOException {
    return call(false, () -> Instant.EPOCH);
  }

  @Override
  public void names(Path folder, Consumer<String> name) throws IOException {
    List.copyOf(call(false, () -> folder(folder)).names.keySet()).forEach(name);
  }

  @Override
  public void makeFolder(Path folder) throws IOException {
    call(
        true,
        () -> {
          Node there = node(folder);
          if (there == null) {
            parent(folder).put(name(folder), new FolderNode());
          } else if (!(there instanceof FolderNode)) {
            throw new FileSystemException(folder.toString(), null, "is no folder: refused");
          }
          return true;
        });
  }

  /// Two steps, as on the disk: the process may end between them.
  @Override
  public void place(Path from, Path to) throws IOException {
    call(
        true,
        () -> {
          if (node(to) != null) {
            throw new FileAlreadyExistsException(to.toString());
          }
          parent(to).put(name(to), file(from, false));
          return true;
        });
    delete(from);
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    call(
        true,
        () -> {
          Node node = node(from);
          if (node == null) {
            throw missing(from);
          }
          parent(to).put(name(to), node);
          parent(from).put(name(from), null);
          return true;
        });
  }

  @Override
  public void delete(Path path) throws IOException {
    call(
        true,
        () -> {
          Node node = node(path);
          if (node == null) {
            throw missing(path);
          }
          if (node instanceof FolderNode folder && !folder.names.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
          }
          parent(path).put(name(path), null);
          return true;
        });
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    FolderNode node = call(false, () -> folder(folder));
    call(
        true,
        () -> {
          node.unsynced.clear();
          return true;
        });
  }

  @Override
  public boolean link(Path link, Path target) throws IOException {
    return call(
        true,
        () -> {
          if (node(link) != null) {
            throw new FileAlreadyExistsException(link.toString());
          }
          if (hasLinks) {
            parent(link).put(name(link), new LinkNode(target));
          }
          return hasLinks;
        });
  }

  @Override
  public Optional<Path> linkTarget(Path link) throws IOException {
    return call(
        false,
        () ->
            node(link) instanceof LinkNode found ? Optional.of(found.target()) : Optional.empty());
  }

  @Override
  public Taken take(Path source, Path target, boolean mayLink) throws IOException {
    bringIn(source);
    return call(
        true,
        () -> {
          if (node(target) != null) {
            throw new FileAlreadyExistsException(target.toString());
          }
          FileNode file = file(source, true);
          if (taking == Taken.LINKED && mayLink) {
            parent(target).put(name(target), file);
            return Taken.LINKED;
          } else if (taking == Taken.CLONED) {
            FileNode clone = new FileNode();
            clone.written = file.written.clone();
            clone.unsynced.add(new long[] {0, file.written.length});
            parent(target).put(name(target), clone);
            return Taken.CLONED;
          }
          return Taken.NOT;
        });
  }

  @Override
  public long room(Path folder) {
    return room;
  }

  public void setRoom(long bytes) {
    room = bytes;
  }

  @Override
  public Optional<Hold> tryLock(Path file, long position, boolean shared) throws IOException {
    return call(
        false,
        () -> {
          file(file, false);
          return locks.tryLock(file + "@" + position, shared);
        });
  }
}
