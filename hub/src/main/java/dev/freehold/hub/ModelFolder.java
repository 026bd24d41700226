package dev.freehold.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A folder of models, searched with the folders below it: the user's own, or LM Studio's
/// (`publisher/model/file.gguf`).
///
/// A GGUF file is called by its stem; in LM Studio's folder by `publisher/model:quantization`. A
/// Hugging Face folder is called by its path below this one.
record ModelFolder(Path folder, FoundModel.Source source) implements ModelStore {
  private static final int MAX_DEPTH = 6;
  private static final int MAX_FOLDERS = 20_000;

  @Override
  public Inventory inventory() {
    if (!Files.isDirectory(folder)) {
      return Inventory.empty();
    }
    Inventory found = Inventory.empty();
    try (Stream<Path> walk = Files.walk(folder, MAX_DEPTH)) {
      List<Path> folders = walk.filter(Files::isDirectory).limit(MAX_FOLDERS).sorted().toList();
      for (Path below : folders) {
        found = found.and(ModelFiles.of(below, source, stem -> name(below, stem), name(below)));
      }
      return found;
    } catch (IOException | java.io.UncheckedIOException failure) {
      return found.and(
          new Inventory(List.of(), List.of(folder + ": cannot be read: " + failure.getMessage())));
    }
  }

  private String name(Path below) {
    String relative = folder.relativize(below).toString().replace('\\', '/');
    return relative.isEmpty() ? ModelFiles.fileName(folder.toAbsolutePath()) : relative;
  }

  private String name(Path below, String stem) {
    if (source != FoundModel.Source.LM_STUDIO || below.equals(folder)) {
      return stem;
    }
    return name(below) + ":" + ModelFiles.quantization(stem).orElse(stem.toLowerCase(Locale.ROOT));
  }
}
