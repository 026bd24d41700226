package dev.freehold.vault.store;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Downloads from registries that nobody went on with: the parts of a blob, its record of what has
/// arrived and its lock file, all of which begin with the blob's digest.
///
/// A pull keeps a store from collecting garbage for as long as it runs, so what is found here is
/// nobody's at that moment; by its age alone it is told from what the next pull goes on with.
final class GivenUp {
  private static final int DIGITS = 64;

  private final Disk disk;
  private final Path folder;

  GivenUp(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /// Removes downloads of which no part was written to since, and what was unpacked of them, which
  /// no pull goes on with.
  ///
  /// @return how many bytes they are
  long remove(Instant before, boolean dryRun) throws IOException {
    if (!disk.facts(folder).map(facts -> facts.kind() == Disk.Kind.FOLDER).orElse(false)) {
      return 0;
    }
    Map<String, List<Path>> downloads = new TreeMap<>();
    List<Path> unpacked = new ArrayList<>();
    disk.names(
        folder,
        name -> {
          if (name.startsWith(Vault.UNPACKED)) {
            unpacked.add(folder.resolve(name));
          } else if (name.length() >= DIGITS && Sha256.isDigest(name.substring(0, DIGITS))) {
            downloads
                .computeIfAbsent(name.substring(0, DIGITS), digits -> new ArrayList<>())
                .add(folder.resolve(name));
          }
        });
    long bytes = 0;
    for (List<Path> parts : downloads.values()) {
      if (isOlder(parts, before)) {
        bytes += remove(parts, dryRun);
      }
    }
    for (Path tree : unpacked) {
      bytes += removeTree(tree, dryRun);
    }
    return bytes;
  }

  private boolean isOlder(List<Path> parts, Instant before) throws IOException {
    for (Path part : parts) {
      if (!disk.modified(part).isBefore(before)) {
        return false;
      }
    }
    return true;
  }

  private long remove(List<Path> files, boolean dryRun) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += disk.facts(file).filter(Disk.Facts::isFile).map(Disk.Facts::size).orElse(0L);
      if (!dryRun) {
        disk.delete(file);
      }
    }
    return bytes;
  }

  private long removeTree(Path tree, boolean dryRun) throws IOException {
    List<Path> files = new ArrayList<>();
    if (disk.facts(tree).map(facts -> facts.kind() == Disk.Kind.FOLDER).orElse(false)) {
      disk.names(tree, name -> files.add(tree.resolve(name)));
    }
    long bytes = remove(files, dryRun);
    if (!dryRun) {
      disk.delete(tree);
    }
    return bytes;
  }
}
