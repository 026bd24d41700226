package dev.freehold.server.ollama;

import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;

/// Finds what a model is called here: Ollama's clients may add or leave out the tag `latest`.
final class ModelNames {
  private static final String LATEST = ":latest";

  private final ModelAdmin models;

  ModelNames(ModelAdmin models) {
    this.models = models;
  }

  /// The name of the model that is meant; the given one where there is none, so that whoever is
  /// asked says so.
  String served(String asked) {
    String other =
        asked.endsWith(LATEST)
            ? asked.substring(0, asked.length() - LATEST.length())
            : asked + LATEST;
    String found = asked;
    for (ServedModel model : models.models()) {
      if (model.name().equals(asked)) {
        return asked;
      }
      if (model.name().equals(other)) {
        found = other;
      }
    }
    return found;
  }
}
