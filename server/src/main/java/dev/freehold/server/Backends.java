package dev.freehold.server;

import dev.freehold.chat.ActivityBackend;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.TokenBackend;

/// Who answers what the server is asked.
public record Backends(
    ChatBackend chat,
    TokenBackend tokens,
    EmbeddingBackend embeddings,
    ModelAdmin models,
    ActivityBackend activity) {
  public Backends withChat(ChatBackend newChat) {
    return new Backends(newChat, tokens, embeddings, models, activity);
  }
}
