package dev.freehold.cli;

import dev.freehold.documents.index.DocumentIndex;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/// The indexes over documents that this user has, by their names.
final class DocumentIndexes {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final Surroundings surroundings;
  private final Path folder;

  /// Lucene tells there which of its loops it runs; loggers are held weakly, so a command holds
  /// this as long as it runs.
  private final Logger library = Logger.getLogger("org.apache.lucene");

  DocumentIndexes(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.folder = surroundings.folder("XDG_DATA_HOME", ".local/share").resolve("documents");
    library.setLevel(Level.SEVERE);
  }

  /// The index of this name, there or not.
  DocumentIndex named(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new CliException(
          Exit.USAGE,
          "%s: is no name of an index".formatted(name),
          "A name has up to 64 letters, digits, dots, hyphens and underscores, and begins with a"
              + " letter or digit.");
    }
    return new DocumentIndex(folder.resolve(name), surroundings.clock());
  }

  /// The index of this name, which must be there.
  DocumentIndex existing(String name) {
    DocumentIndex index = named(name);
    if (!index.exists()) {
      List<String> names = names();
      throw new CliException(
          Exit.FAILURE,
          "%s: there is no such index".formatted(name),
          names.isEmpty()
              ? "\"freehold documents add NAME FOLDER\" makes one."
              : "There are: " + String.join(", ", names) + ".");
    }
    return index;
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (NAME.matcher(name).matches() && named(name).exists()) {
            names.add(name);
          }
        }
      } catch (IOException e) {
        throw new CliException(folder + ": cannot be read: " + e.getMessage(), e);
      }
    }
    names.sort(String::compareTo);
    return names;
  }
}
