package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Gguf;
import dev.freehold.tensor.TensorStore;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Tokenizer;

/// The tokenizer and the chat templates of a model, without its weights.
final class ModelText {
  private ModelText() {}

  static Tokenizer tokenizer(FoundModel model) {
    return switch (model.format()) {
      case GGUF -> {
        try (TensorStore store = Gguf.open(model.path())) {
          yield Tokenizer.fromGguf(store.metadata());
        }
      }
      case SAFETENSORS -> Tokenizer.fromFolder(model.path());
    };
  }

  static ChatTemplates templates(FoundModel model) {
    return switch (model.format()) {
      case GGUF -> {
        try (TensorStore store = Gguf.open(model.path())) {
          yield ChatTemplates.fromGguf(store.metadata());
        }
      }
      case SAFETENSORS -> ChatTemplates.fromFolder(model.path());
    };
  }
}
