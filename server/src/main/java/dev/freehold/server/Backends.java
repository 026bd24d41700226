package dev.freehold.server;

import dev.freehold.chat.ActivityBackend;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.chat.TokenBackend;
import java.util.List;

/// Who answers what the server is asked.
public record Backends(
    ChatBackend chat,
    TokenBackend tokens,
    EmbeddingBackend embeddings,
    ModelAdmin models,
    ActivityBackend activity) {
  /// The name that an answer gives its model: what was asked for, else the one model that is
  /// loaded.
  public String modelName(String asked) {
    if (!asked.isEmpty()) {
      return asked;
    }
    List<ServedModel> all = models.models();
    return all.stream()
        .filter(model -> model.loaded().isPresent())
        .findFirst()
        .or(() -> all.stream().findFirst())
        .map(ServedModel::name)
        .orElse("");
  }

  public Backends withChat(ChatBackend newChat) {
    return new Backends(newChat, tokens, embeddings, models, activity);
  }
}
