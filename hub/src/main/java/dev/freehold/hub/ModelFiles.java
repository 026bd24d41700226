package dev.freehold.hub;

import dev.freehold.hub.FoundModel.Format;
import dev.freehold.hub.FoundModel.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// The models among the files of one folder: each GGUF file or set of split files, and the folder
/// itself where it holds a `config.json` with safetensors beside it.
final class ModelFiles {
  private static final int MAX_FILES = 10_000;

  private ModelFiles() {}

  /// The models of `folder`, not of folders below it. A split model with a missing part, and a link
  /// to nothing as an unfinished download leaves, is a problem instead.
  ///
  /// @param ggufName the name of a model from its file's stem
  /// @param folderName the name of a model that is the whole folder
  static Inventory of(
      Path folder, Source source, Function<String, String> ggufName, String folderName) {
    List<FoundModel> models = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Map<String, List<Path>> ggufs = new TreeMap<>();
    long safetensorsBytes = 0;
    boolean hasConfig = false;
    try {
      for (Path file : filesOf(folder)) {
        String name = fileName(file);
        String lower = name.toLowerCase(Locale.ROOT);
        boolean isWeights = lower.endsWith(".gguf") || lower.endsWith(".safetensors");
        if (isWeights && !Files.isRegularFile(file)) {
          problems.add(file + ": a link to a file that is not there; download it again");
        } else if (lower.endsWith(".gguf") && !lower.startsWith("mmproj")) {
          ggufs.computeIfAbsent(stem(name), s -> new ArrayList<>()).add(file);
        } else if (lower.endsWith(".safetensors")) {
          safetensorsBytes += Files.size(file);
        } else if (name.equals("config.json")) {
          hasConfig = Files.isRegularFile(file);
        }
      }
      for (Map.Entry<String, List<Path>> entry : ggufs.entrySet()) {
        List<Path> parts = entry.getValue();
        Optional<String> missing = missingPart(parts);
        if (missing.isPresent()) {
          problems.add(parts.getFirst() + ": " + missing.get());
          continue;
        }
        String name = ggufName.apply(entry.getKey());
        models.add(
            new FoundModel(name, source, parts.getFirst(), Format.GGUF, size(parts), Map.of()));
      }
      if (hasConfig && safetensorsBytes > 0) {
        models.add(
            new FoundModel(
                folderName, source, folder, Format.SAFETENSORS, safetensorsBytes, Map.of()));
      }
    } catch (IOException failure) {
      problems.add(folder + ": cannot be read: " + failure);
    }
    return new Inventory(models, problems);
  }

  /// The quantization that a file's stem ends with, as in `model-Q4_K_M`; upper case.
  static Optional<String> quantization(String stem) {
    return new GgufName(stem, 1, 1).quantization();
  }

  /// A GGUF file's name without its ending and without the number of a split part.
  static String stem(String fileName) {
    return GgufName.of(fileName).stem();
  }

  static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  /// The entries of a folder in the order of their names.
  static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files = entries.limit(MAX_FILES + 1L).sorted().toList();
      if (files.size() > MAX_FILES) {
        throw new IOException("more than " + MAX_FILES + " entries");
      }
      return files;
    }
  }

  private static Optional<String> missingPart(List<Path> parts) {
    GgufName name = GgufName.of(fileName(parts.getFirst()));
    if (!name.isSplit() && parts.size() > 1) {
      return Optional.of("stands beside split files of the same name; remove one of them");
    }
    return parts.size() == name.parts() && name.part() == 1
        ? Optional.empty()
        : Optional.of(
            "%d of %d parts of a split model are there".formatted(parts.size(), name.parts()));
  }

  private static long size(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }
}
