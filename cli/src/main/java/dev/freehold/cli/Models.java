package dev.freehold.cli;

import dev.freehold.hub.ModelFinder;
import dev.freehold.hub.ModelLocations;
import java.nio.file.Path;
import java.util.List;

/// Finds and opens the models that commands name.
final class Models {
  private Models() {}

  /// A finder over the stores of this machine and the user's own folders.
  static ModelFinder finder(Surroundings surroundings) {
    List<Path> configured = Configuration.read(surroundings).models();
    return new ModelFinder(
        ModelLocations.of(surroundings.environment(), surroundings.home(), configured).stores());
  }
}
