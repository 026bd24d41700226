package dev.freehold.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Opens a model's weights from whatever path names them: a GGUF file, a safetensors file or its
/// index, or a folder of either.
public final class ModelFiles {
  private ModelFiles() {}

  /// Picks the reader by the file's content, not by its name.
  ///
  /// @throws TensorException where there is no model at the path, or one in a form that is refused
  ///   (pickles and archives are never deserialised), or one that breaks its format
  public static TensorStore open(Path path) {
    if (Files.isDirectory(path)) {
      return openFolder(path);
    }
    if (path.toString().endsWith(".index.json")) {
      return Safetensors.open(path);
    }
    FileKind kind = FileKind.of(path);
    return switch (kind) {
      case GGUF -> Gguf.open(path);
      case SAFETENSORS -> Safetensors.open(path);
      case EMPTY, JSON, UNKNOWN -> openByName(path, kind);
      default -> throw refusal(path, kind);
    };
  }

  /// A damaged file still gets the reader that its name asks for, whose message says what is wrong.
  private static TensorStore openByName(Path path, FileKind kind) {
    String name = path.toString();
    if (name.endsWith(".gguf")) {
      return Gguf.open(path);
    }
    if (name.endsWith(".safetensors")) {
      return Safetensors.open(path);
    }
    throw refusal(path, kind);
  }

  private static TensorException refusal(Path path, FileKind kind) {
    return new TensorException(
        "%s: expected a model, found %s; %s".formatted(path, kind.label(), kind.advice()));
  }

  private static TensorStore openFolder(Path folder) {
    if (Files.exists(folder.resolve(Safetensors.FILE_NAME))
        || Files.exists(folder.resolve(Safetensors.INDEX_NAME))) {
      return Safetensors.open(folder);
    }
    List<Path> files = list(folder);
    List<Path> models = files.stream().filter(ModelFiles::isFirstGguf).toList();
    if (models.size() == 1) {
      return open(models.getFirst());
    }
    if (models.size() > 1) {
      throw new TensorException(
          "%s: %d models in this folder; name one of %s"
              .formatted(folder, models.size(), models.stream().map(Path::getFileName).toList()));
    }
    List<Path> lone = files.stream().filter(f -> f.toString().endsWith(".safetensors")).toList();
    if (lone.size() == 1) {
      return open(lone.getFirst());
    }
    Optional<Path> refused = files.stream().filter(ModelFiles::isRefusedWeights).findFirst();
    if (refused.isPresent()) {
      throw refusal(refused.get(), FileKind.of(refused.get()));
    }
    throw new TensorException(
        "%s: no model in this folder: no %s, %s or .gguf file"
            .formatted(folder, Safetensors.FILE_NAME, Safetensors.INDEX_NAME));
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> found = Files.list(folder)) {
      return found.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new TensorException("%s: cannot be listed: %s".formatted(folder, e), e);
    }
  }

  /// A .gguf file, of a split model only the first part.
  private static boolean isFirstGguf(Path file) {
    String name = file.toString();
    return name.endsWith(".gguf")
        && GgufSplit.nameOf(file).map(split -> split.number() == 0).orElse(true);
  }

  private static boolean isRefusedWeights(Path file) {
    return switch (FileKind.of(file)) {
      case GGUF, SAFETENSORS, EMPTY, WEB_PAGE, JSON, UNKNOWN -> false;
      default -> true;
    };
  }
}
