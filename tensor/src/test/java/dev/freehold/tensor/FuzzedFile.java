package dev.freehold.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the fuzz targets of file formats do with bytes.
final class FuzzedFile {
  private FuzzedFile() {}

  static void open(Path folder, String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    try (TensorStore store = ModelFiles.open(file)) {
      for (Tensor tensor : store.tensors().values()) {
        store.touch(tensor.data());
      }
    } catch (TensorException e) {
      checkMessage(e);
    }
  }

  static void checkMessage(TensorException e) {
    String message = String.valueOf(e.getMessage());
    if (!message.contains("fuzz.") || message.length() > 1500) {
      throw new AssertionError("a message that does not say which file: " + message, e);
    }
  }
}
