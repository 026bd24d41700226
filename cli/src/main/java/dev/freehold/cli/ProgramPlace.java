package dev.freehold.cli;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/// Where this program lies: its jar, or the folder of its classes.
final class ProgramPlace {
  private ProgramPlace() {}

  /// Classes of the ahead-of-time cache do not tell it; then it is what `java -jar` was given.
  static Optional<Path> find() {
    CodeSource source = ProgramPlace.class.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    try {
      if (location != null) {
        return Optional.of(Path.of(location.toURI()));
      }
    } catch (URISyntaxException odd) {
      return Optional.empty();
    }
    String started = System.getProperty("java.class.path", "");
    return started.endsWith(".jar") && !started.contains(File.pathSeparator)
        ? Optional.of(Path.of(started).toAbsolutePath())
        : Optional.empty();
  }
}
