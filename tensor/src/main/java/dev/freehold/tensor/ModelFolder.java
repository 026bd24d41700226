package dev.freehold.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// A folder that holds one model, whose files name each other and must not lead out of it.
final class ModelFolder {
  private ModelFolder() {}

  /// The file `name` of `folder`, as the untrusted file `source` calls it.
  ///
  /// A link is followed where its target is in the folder, or is a blob of the same repository in
  /// the layout of the Hugging Face cache (`models--X/snapshots/REVISION/` beside
  /// `models--X/blobs/`).
  ///
  /// @throws TensorException where the name is no plain file name, the file is missing or a link
  ///   leads out
  static Path resolve(Path folder, String name, Path source) {
    String shown = Printable.text(name);
    if (name.isEmpty()
        || name.contains("/")
        || name.contains("\\")
        || name.contains(":")
        || name.equals(".")
        || name.equals("..")
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new TensorException(
          "%s: \"%s\" is no plain file name; files must lie beside the index"
              .formatted(source, shown));
    }
    try {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        throw new TensorException("%s: the file %s is missing".formatted(source, file));
      }
      Path home = folder.toRealPath();
      Path real = file.toRealPath();
      if (!real.startsWith(home) && !isBlobOf(home, real)) {
        throw new TensorException(
            "%s: %s is a link that leads out of the model's folder, to %s"
                .formatted(source, file, real));
      }
      return file;
    } catch (IOException | InvalidPathException e) {
      throw new TensorException("%s: %s cannot be opened: %s".formatted(source, shown, e), e);
    }
  }

  private static boolean isBlobOf(Path home, Path real) {
    Path snapshots = home.getParent();
    return snapshots != null
        && snapshots.endsWith("snapshots")
        && real.startsWith(snapshots.resolveSibling("blobs"));
  }
}
