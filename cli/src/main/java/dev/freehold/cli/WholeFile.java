package dev.freehold.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes files so that a reader finds the old text or the new one, and never a part.
final class WholeFile {
  private WholeFile() {}

  /// Writes a text, in the place of a file that is there.
  static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Writes bytes, in the place of a file that is there.
  static void write(Path file, byte[] bytes) {
    Path part = file.resolveSibling(file.getFileName() + ".partial");
    try {
      try {
        Files.write(part, bytes);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new CliException("%s cannot be written: %s".formatted(file, e), e);
    }
  }
}
