package dev.freehold.cli;

import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Remembers SHA-256 digests of files, which take a while to compute: of several files that of
/// their bytes one after the other.
///
/// A digest is kept in a small file that is named by paths, sizes and time stamps; files that
/// changed have another name and so none.
final class DigestMemory {
  private final Path folder;

  DigestMemory(Path folder) {
    this.folder = folder;
  }

  /// `$XDG_CACHE_HOME/freehold/prepared`, or the same under `~/.cache`.
  static Path folder(Surroundings surroundings) {
    return surroundings.folder("XDG_CACHE_HOME", ".cache").resolve("prepared");
  }

  /// Changes whenever one of the files does.
  ///
  /// @throws CliException where one cannot be read
  static String stamp(List<Path> files) {
    MessageDigest digest = Sha256.begin();
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
    return HexFormat.of().formatHex(digest.digest());
  }

  private Path place(List<Path> files) {
    return folder.resolve(stamp(files) + ".digest");
  }

  /// The digest of these files as they are now, where it is known.
  Optional<String> recall(List<Path> files) {
    Path place = place(files);
    if (!Files.isRegularFile(place)) {
      return Optional.empty();
    }
    String digest;
    try {
      digest = Files.size(place) > 100 ? "" : Files.readString(place).strip();
    } catch (IOException e) {
      throw new CliException(place + ": cannot be read", e);
    }
    if (!digest.matches("[0-9a-f]{64}")) {
      throw new CliException(place + ": holds no SHA-256; remove it");
    }
    return Optional.of(digest);
  }

  /// Remembers the digest of these files as they are now.
  void remember(List<Path> files, String digest) {
    Path place = place(files);
    try {
      Files.createDirectories(folder);
      Path partial = Files.createTempFile(folder, "digest", ".partial");
      Files.writeString(partial, digest + "\n");
      try {
        Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(partial, place, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new CliException(place + ": cannot be written", e);
    }
  }
}
