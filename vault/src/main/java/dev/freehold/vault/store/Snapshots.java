package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Folders of links in which the files of a model have their names, so that the engine and other
/// programs read them without a copy: `snapshots/MANIFEST/PATH`, the layout of Hugging Face's
/// cache.
///
/// They are made of the manifests and can be made again.
final class Snapshots {
  private final Disk disk;
  private final Places places;

  Snapshots(Disk disk, Places places) {
    this.disk = disk;
    this.places = places;
  }

  Path folder(Digest manifest) {
    return places.snapshot(manifest);
  }

  Path file(Digest manifest, String path) {
    Path place = folder(manifest);
    for (String part : path.split("/")) {
      place = place.resolve(part);
    }
    return place;
  }

  /// Makes what is missing of a model's folder, and anew what is wrong.
  void make(Manifest manifest) throws IOException {
    if (!manifest.isModel()) {
      return;
    }
    Digest digest = manifest.descriptor().digest();
    disk.makeFolder(folder(digest));
    Set<Path> folders = new TreeSet<>(Comparator.reverseOrder()); // deepest first
    folders.add(folder(digest));
    for (Manifest.KeptFile file : files(manifest)) {
      if (!isRight(digest, file)) {
        make(digest, file);
      }
      Path folder = file(digest, file.path()).resolveSibling(".").normalize();
      for (; !folder.equals(folder(digest)); folder = folder.resolveSibling(".").normalize()) {
        folders.add(folder);
      }
    }
    for (Path folder : folders) {
      disk.syncFolder(folder);
    }
    disk.syncFolder(places.snapshots());
  }

  private static List<Manifest.KeptFile> files(Manifest manifest) {
    return manifest.files().stream().filter(file -> !file.role().isRecord()).toList();
  }

  private void make(Digest manifest, Manifest.KeptFile file) throws IOException {
    Path link = file(manifest, file.path());
    Path folder = folder(manifest);
    for (Path part : folder.relativize(link)) {
      folder = folder.resolve(part);
      if (!folder.equals(link)) {
        disk.makeFolder(folder);
      }
    }
    if (disk.facts(link).isPresent()) {
      disk.delete(link);
    }
    if (!disk.link(link, target(link, file))) {
      disk.take(places.blob(file.blob().digest()), link, true);
    }
  }

  private Path target(Path link, Manifest.KeptFile file) {
    Path folder = link.resolveSibling(".").normalize();
    return folder.relativize(places.blob(file.blob().digest()));
  }

  private boolean isRight(Digest manifest, Manifest.KeptFile file) throws IOException {
    Path link = file(manifest, file.path());
    Optional<Disk.Facts> facts = disk.facts(link);
    if (facts.isEmpty()) {
      return false;
    }
    return switch (facts.get().kind()) {
      case LINK -> disk.linkTarget(link).equals(Optional.of(target(link, file)));
      case FILE -> facts.get().size() == file.blob().size(); // where no symbolic links are
      case FOLDER, OTHER -> false;
    };
  }

  /// The paths whose links are missing or lead elsewhere.
  List<String> wrong(Digest digest, Manifest manifest) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Manifest.KeptFile file : files(manifest)) {
      if (!isRight(digest, file)) {
        wrong.add(file.path());
      }
    }
    return wrong;
  }

  /// Removes the folder of a model that is gone.
  void remove(Digest manifest) throws IOException {
    removeTree(disk, folder(manifest));
  }

  static void removeTree(Disk disk, Path path) throws IOException {
    Optional<Disk.Facts> facts = disk.facts(path);
    if (facts.isEmpty()) {
      return;
    }
    if (facts.get().kind() == Disk.Kind.FOLDER) {
      List<String> names = new ArrayList<>();
      disk.names(path, names::add);
      for (String name : names) {
        removeTree(disk, path.resolve(name));
      }
    }
    disk.delete(path);
  }
}
