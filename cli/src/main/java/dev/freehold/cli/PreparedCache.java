package dev.freehold.cli;

import dev.freehold.kernel.PreparedFile;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.TensorStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The prepared files of this user's models, in the cache folder.
///
/// A prepared file is named by the model's digest (SHA-256 over the bytes of its files) and the
/// version of the layout. Hashing a model takes a while, so a small file beside it, named by the
/// model's paths, sizes and time stamps, remembers the digest; a model that changed has another
/// name and so none.
final class PreparedCache {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long MEGABYTE = 1_000_000;

  private final Path folder;

  private PreparedCache(Path folder) {
    this.folder = folder;
  }

  /// `$XDG_CACHE_HOME/freehold/prepared`, or the same under `~/.cache`.
  static PreparedCache of(Surroundings surroundings) {
    String cache = surroundings.environment().getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.isBlank() ? surroundings.home().resolve(".cache") : Path.of(cache);
    return new PreparedCache(base.resolve("freehold").resolve("prepared"));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Where the digest of the model with these files is remembered.
  private Path memory(List<Path> files) {
    MessageDigest digest = sha256();
    for (Path file : files) {
      try {
        Path real = file.toRealPath();
        BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
        String line = real + "\n" + attributes.size() + "\n" + attributes.lastModifiedTime() + "\n";
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new CliException(file + ": cannot be read", e);
      }
    }
    return folder.resolve(HexFormat.of().formatHex(digest.digest()) + ".digest");
  }

  private Path prepared(String digest) {
    return folder.resolve(digest + ".v" + PreparedFile.layoutVersion() + ".prepared");
  }

  /// The prepared file of the model at this path, opened, if there is one.
  Optional<PreparedFile> find(Path model) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Path memory;
    try (TensorStore store = ModelFiles.open(model)) {
      memory = memory(store.files());
    }
    if (!Files.isRegularFile(memory)) {
      return Optional.empty();
    }
    String digest;
    try {
      digest = Files.size(memory) > 100 ? "" : Files.readString(memory).strip();
    } catch (IOException e) {
      throw new CliException(memory + ": cannot be read", e);
    }
    if (!digest.matches("[0-9a-f]{64}")) {
      throw new CliException(memory + ": holds no SHA-256; remove it and prepare the model again");
    }
    Path file = prepared(digest);
    return Files.isRegularFile(file)
        ? Optional.of(PreparedFile.open(file, digest))
        : Optional.empty();
  }

  /// Hashes the model's files, telling how far it is.
  String digest(List<Path> files, PrintStream progress) {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        long total = Files.size(file);
        long done = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          digest.update(buffer, 0, count);
          done += count;
          show(progress, "hashing", done, total, count);
        }
      } catch (IOException e) {
        throw new CliException(file + ": cannot be read", e);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// Where the prepared file of a model goes; the folder is made.
  Path target(String digest) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CliException(folder + ": cannot be made", e);
    }
    return prepared(digest);
  }

  /// Remembers the digest of these files, so that opening the model finds its prepared file.
  void remember(List<Path> files, String digest) {
    Path memory = memory(files);
    Path partial = memory.resolveSibling(memory.getFileName() + ".partial");
    try {
      Files.writeString(partial, digest + "\n");
      try {
        Files.move(partial, memory, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(partial, memory, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new CliException(memory + ": cannot be written", e);
    }
  }

  /// One line that is written over, about once per 64 MB.
  static void show(PrintStream progress, String what, long done, long total, long step) {
    long every = 64 * MEGABYTE;
    if (done == total || done / every != (done - step) / every) {
      progress.printf(
          "\r%s: %d of %d MB (%d %%)%s",
          what,
          done / MEGABYTE,
          total / MEGABYTE,
          total == 0 ? 100 : done * 100 / total,
          done == total ? "\n" : "");
      progress.flush();
    }
  }
}
