package dev.freehold.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The cache of the Hugging Face hub: `models--org--name/snapshots/COMMIT/`, files as links to
/// `blobs/`.
///
/// Of several snapshots the one that `refs/main` names counts, else the newest. A model is called
/// `org/name`, a GGUF file in it `org/name:quantization`. Source: the layout that the
/// `huggingface_hub` documentation gives under "Understand caching".
record HuggingFaceCache(Path folder) implements ModelStore {
  private static final String PREFIX = "models--";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40,64}");

  @Override
  public Inventory inventory() {
    if (!Files.isDirectory(folder)) {
      return Inventory.empty();
    }
    Inventory found = Inventory.empty();
    try {
      for (Path repository : ModelFiles.filesOf(folder)) {
        String name = ModelFiles.fileName(repository);
        if (name.startsWith(PREFIX)) {
          found = found.and(models(repository, name.substring(PREFIX.length()).replace("--", "/")));
        }
      }
      return found;
    } catch (IOException failure) {
      return found.and(
          new Inventory(List.of(), List.of(folder + ": cannot be read: " + failure.getMessage())));
    }
  }

  private static Inventory models(Path repository, String name) {
    try {
      Optional<Path> snapshot = snapshot(repository);
      if (snapshot.isEmpty()) {
        return Inventory.empty();
      }
      Inventory found = Inventory.empty();
      List<Path> folders = new ArrayList<>(List.of(snapshot.get()));
      for (Path below : ModelFiles.filesOf(snapshot.get())) {
        if (Files.isDirectory(below)) {
          folders.add(below);
        }
      }
      for (Path place : folders) {
        found =
            found.and(
                ModelFiles.of(
                    place,
                    FoundModel.Source.HUGGING_FACE,
                    stem -> name + ":" + ModelFiles.quantization(stem).orElse(stem),
                    place.equals(snapshot.get()) ? name : name + "/" + ModelFiles.fileName(place)));
      }
      return found;
    } catch (IOException failure) {
      return new Inventory(
          List.of(), List.of(repository + ": cannot be read: " + failure.getMessage()));
    }
  }

  private static Optional<Path> snapshot(Path repository) throws IOException {
    Path snapshots = repository.resolve("snapshots");
    Path main = repository.resolve("refs/main");
    if (Files.isRegularFile(main) && Files.size(main) < 100) {
      String commit = Files.readString(main).strip();
      if (COMMIT.matcher(commit).matches() && Files.isDirectory(snapshots.resolve(commit))) {
        return Optional.of(snapshots.resolve(commit));
      }
    }
    if (!Files.isDirectory(snapshots)) {
      return Optional.empty();
    }
    return ModelFiles.filesOf(snapshots).stream()
        .filter(Files::isDirectory)
        .max(Comparator.comparing(HuggingFaceCache::modified));
  }

  private static FileTime modified(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException failure) {
      return FileTime.fromMillis(0); // a snapshot that vanished meanwhile is the oldest
    }
  }
}
