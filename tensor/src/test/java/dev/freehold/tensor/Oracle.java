package dev.freehold.tensor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The folder of reference data, where this machine has it.
final class Oracle {
  private Oracle() {}

  /// The folder `name` of the reference data; skips the test that calls where it is absent.
  static Path folder(String name) {
    Path folder = Path.of(System.getProperty("freehold.oracle", "absent")).resolve(name);
    assumeTrue(Files.isDirectory(folder), () -> "no reference data at " + folder);
    return folder;
  }

  /// Files below the folder whose names end so, sorted.
  static List<Path> files(String folder, String ending) {
    try (Stream<Path> found = Files.walk(folder(folder))) {
      return found.filter(path -> path.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
