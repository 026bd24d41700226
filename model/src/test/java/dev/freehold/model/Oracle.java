package dev.freehold.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The reference data beside the checkout, where it is there: models with expected logits.
final class Oracle {
  static final Path ROOT = Path.of(System.getProperty("freehold.oracle", "none"));

  private Oracle() {}

  /// A model file or folder with the file of its expectations.
  record Case(String name, Path model, Path expected) {
    @Override
    public String toString() {
      return name;
    }

    boolean isQuantized() {
      return name.contains("-256-") && !name.contains("F16");
    }
  }

  static boolean isThere() {
    return Files.isDirectory(ROOT.resolve("models"));
  }

  /// All models, in both file formats; none where the data is not there.
  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    if (isThere()) {
      for (Path folder : list(ROOT.resolve("models"))) {
        if (Files.isDirectory(folder)) {
          cases.add(
              new Case(
                  "safetensors " + folder.getFileName(), folder, folder.resolve("expected.json")));
        }
      }
      for (Path file : list(ROOT.resolve("gguf"))) {
        if (file.toString().endsWith(".gguf")) {
          cases.add(gguf(file));
        }
      }
    }
    return cases;
  }

  private static Case gguf(Path file) {
    String name = file.getFileName().toString();
    String stem = name.substring(0, name.length() - ".gguf".length());
    Path own = file.resolveSibling(stem + ".expected.json");
    Path expected =
        Files.exists(own) ? own : ROOT.resolve("models").resolve(stem).resolve("expected.json");
    return new Case("gguf " + stem, file, expected);
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
