package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.ModelFinder;
import dev.freehold.hub.ModelLocations;
import dev.freehold.model.Model;

/// Finds and opens the models that commands name.
final class Models {
  private Models() {}

  /// A finder over the stores of this machine and the user's own folders.
  static ModelFinder finder(Surroundings surroundings) {
    return new ModelFinder(
        ModelLocations.of(
                surroundings.environment(),
                surroundings.home(),
                Configuration.read(surroundings).models())
            .stores());
  }

  /// The model that `name` means.
  static FoundModel find(Surroundings surroundings, String name) {
    return finder(surroundings).find(name);
  }

  static Model open(FoundModel found, ArithmeticOptions arithmetic) {
    return Model.open(found.path(), arithmetic.modelOptions());
  }
}
