package dev.freehold.engine;

import dev.freehold.chat.Sampling;
import dev.freehold.engine.receipt.Origin;
import dev.freehold.model.Model;
import dev.freehold.tensor.Metadata;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Tokenizer;
import dev.freehold.text.TokenizerTables;
import java.nio.file.Path;
import java.util.Optional;

/// A model with all that turns messages into its tokens and its tokens into text.
///
/// @param name what requests call it
/// @param templates may be empty: the model then continues text and knows no turns
/// @param defaults how tokens are chosen where a request does not say
/// @param origin what receipts say of where it comes from
public record LocalModel(
    String name,
    Model model,
    Tokenizer tokenizer,
    ChatTemplates templates,
    Sampling defaults,
    Origin origin) {
  /// A model whose answers have no receipts.
  public LocalModel(
      String name, Model model, Tokenizer tokenizer, ChatTemplates templates, Sampling defaults) {
    this(name, model, tokenizer, templates, defaults, Origin.UNKNOWN);
  }

  public LocalModel withOrigin(Origin newOrigin) {
    return new LocalModel(name, model, tokenizer, templates, defaults, newOrigin);
  }

  LocalModel withDefaults(Sampling newDefaults) {
    return new LocalModel(name, model, tokenizer, templates, newDefaults, origin);
  }

  /// A model whose GGUF file holds tokenizer, templates and recommendations too.
  ///
  /// @throws dev.freehold.text.TextException where tokenizer or templates are damaged or unknown
  /// @throws EngineException where a recommendation is out of its range
  public static LocalModel fromGguf(String name, Model model) {
    return fromGguf(name, model, Optional.empty());
  }

  /// The same, with tables of its tokenizer that were made before.
  public static LocalModel fromGguf(String name, Model model, Optional<TokenizerTables> tables) {
    Metadata metadata = model.store().metadata();
    return new LocalModel(
        name,
        model,
        Tokenizer.fromGguf(metadata, tables),
        ChatTemplates.fromGguf(metadata),
        SamplingDefaults.fromGguf(metadata));
  }

  /// A model of a Hugging Face folder, which holds the rest in files beside the weights.
  ///
  /// @throws dev.freehold.text.TextException where tokenizer or templates are damaged or unknown
  /// @throws EngineException where a recommendation is out of its range
  public static LocalModel fromFolder(String name, Model model, Path folder) {
    return new LocalModel(
        name,
        model,
        Tokenizer.fromFolder(folder),
        ChatTemplates.fromFolder(folder),
        SamplingDefaults.fromFolder(folder));
  }
}
