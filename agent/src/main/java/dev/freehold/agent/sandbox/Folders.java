package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// Takes private folders away again.
final class Folders {
  private Folders() {}

  /// Deletes a folder with all in it, following no link; what cannot be deleted is left.
  static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              return remove(file);
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              return remove(file);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) {
              return remove(visited);
            }
          });
    } catch (IOException e) {
      // a private folder that stays is only untidy
    }
  }

  private static FileVisitResult remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // as above
    }
    return FileVisitResult.CONTINUE;
  }
}
