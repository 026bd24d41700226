package dev.freehold.cli.launch;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What is to be written into a client's settings; everything else in them stays.
public sealed interface Edit {
  /// The file of settings.
  Path file();

  /// How the client is started to use what was written.
  String use();

  /// A file of settings that holds nothing but what Freehold writes.
  record Whole(Path file, String text, String use) implements Edit {}

  /// One member of an object in a JSON file.
  ///
  /// @param path names of the objects around it, then its own
  record Member(Path file, List<String> path, JsonNode value, String use) implements Edit {
    public Member {
      path = List.copyOf(path);
      if (path.isEmpty()) {
        throw new IllegalArgumentException("a member needs a name");
      }
    }
  }
}
