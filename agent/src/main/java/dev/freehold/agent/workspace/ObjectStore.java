package dev.freehold.agent.workspace;

import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Contents by their SHA-256, each in a file that is written once.
final class ObjectStore {
  /// Larger files are copied by the system, which shares their blocks where it can.
  private static final int IN_MEMORY = 4 << 20;

  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final Set<String> present = new HashSet<>();
  private boolean isForced;
  private final List<Part> waiting = new ArrayList<>();
  private long parts;

  /// Contents that are written and not in their place yet.
  private record Part(Path file, String digest) {}

  ObjectStore(Path folder) {
    this.folder = folder;
  }

  /// Whether contents are on the disk when they are said to be kept; a first copy of many files
  /// does without, since nothing was done yet that could be lost.
  void force(boolean isWanted) {
    isForced = isWanted;
  }

  Path place(String digest) {
    if (!Sha256.isDigest(digest)) {
      throw new WorkspaceException("the snapshot is damaged: a digest is none");
    }
    return folder.resolve(digest.substring(0, 2)).resolve(digest.substring(2));
  }

  boolean has(String digest) {
    if (present.contains(digest)) {
      return true;
    }
    boolean isThere = Files.exists(place(digest), LinkOption.NOFOLLOW_LINKS);
    if (isThere) {
      present.add(digest);
    }
    return isThere;
  }

  /// Keeps bytes.
  ///
  /// @return their digest
  String put(byte[] bytes) throws IOException {
    String digest = Sha256.of(bytes);
    if (!has(digest)) {
      Path part = part();
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
      keep(part, digest);
    }
    return digest;
  }

  /// Keeps the bytes that a file has now.
  ///
  /// @return their digest
  String put(Path file, long size) throws IOException {
    if (size <= IN_MEMORY) {
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        return put(in.readNBytes(2 * IN_MEMORY));
      }
    }
    Path part = part();
    Files.copy(file, part, LinkOption.NOFOLLOW_LINKS);
    String digest;
    try {
      digest = Sha256.of(part);
    } catch (TensorException failure) {
      throw new IOException(failure);
    }
    if (has(digest)) {
      Files.delete(part);
      return digest;
    }
    keep(part, digest);
    return digest;
  }

  private Path part() throws IOException {
    Files.createDirectories(folder);
    // One that a killed process left is nobody's: one process at a time works in a workspace.
    Path part = folder.resolve("part-" + parts++);
    Files.deleteIfExists(part);
    return part;
  }

  private void keep(Path part, String digest) throws IOException {
    present.add(digest);
    if (isForced) {
      waiting.add(new Part(part, digest));
    } else {
      place(part, digest);
    }
  }

  private void place(Path part, String digest) throws IOException {
    Path place = place(digest);
    Files.createDirectories(place.getParent());
    Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// Returns when all that was put is on the disk and in its place. They are forced together, since
  /// file systems write what is asked for at the same time in one go.
  void settle() throws IOException {
    if (waiting.isEmpty()) {
      return;
    }
    List<Part> parts = List.copyOf(waiting);
    waiting.clear();
    try (ExecutorService forcing = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (Part part : parts) {
        all.add(forcing.submit(() -> force(part.file())));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException failure) {
      throw new IOException(failure.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
    for (Part part : parts) {
      place(part.file(), part.digest());
    }
  }

  private static boolean force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return true;
  }

  /// What is kept under a digest, checked against it.
  ///
  /// @throws WorkspaceException where it is not there, or not what was kept
  byte[] bytes(String digest) {
    try {
      byte[] bytes = Files.readAllBytes(place(digest));
      if (Sha256.of(bytes).equals(digest)) {
        return bytes;
      }
    } catch (NoSuchFileException missing) {
      throw gone(digest);
    } catch (IOException failure) {
      throw new WorkspaceException(
          "%s: cannot be read: %s".formatted(place(digest), failure), failure);
    }
    throw new WorkspaceException(
        "%s: is damaged; the workspace cannot be put back".formatted(place(digest)));
  }

  private WorkspaceException gone(String digest) {
    return new WorkspaceException(
        "%s: is gone; the workspace cannot be put back".formatted(place(digest)));
  }

  /// Writes what is kept under a digest to a new file, and checks it on the way.
  void write(String digest, Path to) throws IOException {
    MessageDigest sum = Sha256.begin();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(place(digest));
        OutputStream out =
            Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sum.update(buffer, 0, count);
        out.write(buffer, 0, count);
      }
    } catch (NoSuchFileException missing) {
      throw Files.exists(place(digest)) ? missing : new IOException(gone(digest));
    }
    if (!Sha256.finish(sum).equals(digest)) {
      Files.deleteIfExists(to);
      throw new WorkspaceException(
          "%s: is damaged; the workspace cannot be put back".formatted(place(digest)));
    }
  }
}
