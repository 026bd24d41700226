package dev.freehold.cli;

import dev.freehold.engine.LocalModel;
import dev.freehold.engine.SamplingDefaults;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.ModelFinder;
import dev.freehold.hub.ModelLocations;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Tokenizer;
import java.util.Optional;

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

  /// Opens a model, with its prepared file where there is one that these options can use.
  static Model open(Surroundings surroundings, FoundModel found, ArithmeticOptions arithmetic) {
    ModelOptions options = arithmetic.modelOptions();
    return Model.open(
        found.path(),
        options,
        arithmetic.usesPrepared()
            ? PreparedCache.of(surroundings).find(found.path())
            : Optional.empty());
  }

  /// A model with its tokenizer and chat templates.
  static LocalModel local(FoundModel found, Model opened) {
    return switch (found.format()) {
      case GGUF ->
          new LocalModel(
              found.name(),
              opened,
              Tokenizer.fromGguf(opened.store().metadata()),
              ChatTemplates.fromGguf(opened.store().metadata()),
              SamplingDefaults.fromGguf(opened.store().metadata()));
      case SAFETENSORS ->
          new LocalModel(
              found.name(),
              opened,
              Tokenizer.fromFolder(found.path()),
              ChatTemplates.fromFolder(found.path()),
              SamplingDefaults.fromFolder(found.path()));
    };
  }
}
