package dev.freehold.train.seedling;

import java.util.Locale;

/// Who speaks in a conversation.
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT,
  TOOL;

  /// The name in the chat format.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
