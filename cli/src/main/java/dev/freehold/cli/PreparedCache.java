package dev.freehold.cli;

import dev.freehold.kernel.PreparedFile;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.Sha256;
import dev.freehold.text.TokenizerTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The prepared files of this user's models, in the cache folder.
///
/// A prepared file is named by the model's digest (SHA-256 over the bytes of its files) and the
/// version of the layout. Hashing a model takes a while, so that its digest is remembered.
final class PreparedCache {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long MEGABYTE = 1_000_000;

  private final Path folder;
  private final DigestMemory memory;

  private PreparedCache(Path folder) {
    this.folder = folder;
    this.memory = new DigestMemory(folder);
  }

  /// `$XDG_CACHE_HOME/freehold/prepared`, or the same under `~/.cache`.
  static PreparedCache of(Surroundings surroundings) {
    return new PreparedCache(DigestMemory.folder(surroundings));
  }

  private Path prepared(String digest) {
    return folder.resolve(digest + ".v" + PreparedFile.layoutVersion() + ".prepared");
  }

  /// The prepared file of the model at this path, opened, if there is one.
  ///
  /// @param files the model's
  /// @param err is told where there is only one of an older layout
  Optional<PreparedFile> find(Path model, List<Path> files, PrintStream err) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Optional<String> digest = memory.recall(files);
    if (digest.isEmpty()) {
      return Optional.empty();
    }
    Path file = prepared(digest.get());
    if (Files.isRegularFile(file)) {
      return Optional.of(PreparedFile.open(file, digest.get()));
    }
    if (!older(digest.get()).isEmpty()) {
      err.printf(
          "%s was prepared for an older version; it runs as it is until `freehold prepare` does it"
              + " again%n",
          model);
    }
    return Optional.empty();
  }

  private Path tokenizer(String digest) {
    return folder.resolve(digest + ".v" + TokenizerTables.VERSION + ".tokenizer");
  }

  /// The tables of the tokenizer of a model, if there are some.
  ///
  /// @param files the model's
  Optional<TokenizerTables> findTokenizer(List<Path> files) {
    return memory
        .recall(files)
        .filter(digest -> Files.isRegularFile(tokenizer(digest)))
        .map(digest -> TokenizerTables.read(tokenizer(digest), digest));
  }

  /// Writes the tables of a model's tokenizer, where it has some and they are not there yet.
  void writeTokenizer(String digest, Metadata metadata, boolean anew) {
    Path target = tokenizer(digest);
    if (anew || !Files.exists(target)) {
      TokenizerTables.write(target, digest, metadata);
    }
  }

  /// The files of a model with this digest in older layouts.
  private List<Path> older(String digest) {
    return IntStream.range(1, PreparedFile.layoutVersion())
        .mapToObj(version -> folder.resolve(digest + ".v" + version + ".prepared"))
        .filter(Files::isRegularFile)
        .toList();
  }

  /// Deletes a model's files in older layouts, which nothing reads any more.
  void deleteOlder(String digest) {
    for (Path file : older(digest)) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        throw new CliException(file + ": cannot be deleted", e);
      }
    }
  }

  /// Hashes the model's files, telling how far it is.
  String digest(List<Path> files, PrintStream progress) {
    MessageDigest digest = Sha256.begin();
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
    memory.remember(files, digest);
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
