package dev.freehold.model;

import java.util.Set;

/// A model family: maps the metadata of a file to an architecture, and roles to tensor names.
///
/// To add one, write one class in `families`, list it in `Families`, and add one golden.
public interface Family {
  /// Short name, as printed.
  String name();

  /// Values of `general.architecture` in GGUF files.
  Set<String> ggufTypes();

  /// Values of `model_type` in Hugging Face config.json files.
  Set<String> huggingFaceTypes();

  /// Whether a file of one of these types is of this family; where two families share a type.
  default boolean accepts(Config config) {
    return true;
  }

  Architecture architecture(Config config);

  Layout layout(Config config);
}
