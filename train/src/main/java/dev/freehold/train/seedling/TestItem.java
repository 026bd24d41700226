package dev.freehold.train.seedling;

import dev.freehold.text.Conversation;

/// A question that never stood in training, and how replies to it are judged.
///
/// @param subset which part of the task's items it belongs to, for separate scores
/// @param prompt the conversation up to the reply
/// @param expected a reply that is right: the one that training would have held
public record TestItem(
    Task task, String subset, Document.Chat prompt, String expected, Scorer scorer) {
  /// The prompt for backends that take conversations.
  public Conversation conversation() {
    return ChatFormat.conversation(prompt, true);
  }

  /// The prompt as text, up to where the reply begins.
  public String promptText() {
    return ChatFormat.prompt(prompt);
  }
}
