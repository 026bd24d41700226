package dev.freehold.cli;

import dev.freehold.hub.CarriedModel;
import dev.freehold.hub.FoundModel;
import java.io.PrintStream;
import java.nio.file.Path;

/// Seedling, the model that Freehold carries, under the name `demo`.
final class DemoModel {
  /// What commands call it.
  static final String NAME = CarriedModel.DEMO;

  /// What a person should know before believing it.
  static final String WHAT_IT_IS =
      "demo is Seedling, a model of 3 million parameters that Freehold carries: a proof that runs"
          + " everywhere, not an assistant";

  /// How to go on from it.
  static final String LARGER =
      "for a larger one, see \"freehold pull --help\"; \"freehold list\" shows the models on this"
          + " machine";

  private DemoModel() {}

  /// The model's file, as commands take models.
  static FoundModel found(Surroundings surroundings) {
    return CarriedModel.placed(DemoFiles.carriedModel(), cache(surroundings));
  }

  /// Tells that the demo stands in for a model that was not named.
  static void announce(PrintStream err) {
    err.println("note: no model is named; " + WHAT_IT_IS);
    err.println("note: " + LARGER);
  }

  /// Where files of the demo are kept.
  static Path cache(Surroundings surroundings) {
    return CarriedModel.folder(surroundings.environment(), surroundings.home());
  }
}
